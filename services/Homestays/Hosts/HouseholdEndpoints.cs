using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Hosts;

public sealed record HouseholdRequest([PlainText(80, 1)] string Name, [PlainText(60)] string? Village = null);

public sealed record JoinHouseholdRequest([Required] Guid HouseholdId);

public sealed record HouseholdResponse(Guid Id, string Name, string District, string? Village, int Hosts);

/// <summary>A host's own household; an admin may put two hosts who keep house together into one.</summary>
internal static class HouseholdEndpoints
{
    public static IEndpointRouteBuilder MapHouseholds(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/host/household", Read).RequireAuthorization(Roles.Host);
        v1.MapPut("/host/household", Change).RequireAuthorization(Roles.Host);
        v1.MapPut("/admin/homestays/hosts/{merchantId:guid}/household", Join).RequireAuthorization(Roles.Admin);
        return v1;
    }

    private static async Task<Results<Ok<HouseholdResponse>, NotFound>> Read(
        ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        var merchant = user.MerchantId();
        return await OfAsync(db, merchant, cancellation) is { } household
            ? TypedResults.Ok(await AnswerAsync(db, household, cancellation)) : TypedResults.NotFound();
    }

    private static async Task<Results<Ok<HouseholdResponse>, NotFound>> Change(
        HouseholdRequest request, ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        if (await OfAsync(db, user.MerchantId(), cancellation) is not { } household) return TypedResults.NotFound();

        (household.Name, household.Village) = (request.Name, string.IsNullOrWhiteSpace(request.Village) ? null
            : request.Village);
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Ok(await AnswerAsync(db, household, cancellation));
    }

    /// <summary>What is earned from now on counts for the new household; stays that are held keep the one they were
    /// sold by.</summary>
    private static async Task<Results<Ok<HouseholdResponse>, NotFound>> Join(
        Guid merchantId, JoinHouseholdRequest request, HomestaysDb db, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var host = await db.Hosts.SingleOrDefaultAsync(h => h.Id == merchantId, cancellation);
        var household = await db.Households.SingleOrDefaultAsync(h => h.Id == request.HouseholdId, cancellation);
        if (host is null || household is null) return TypedResults.NotFound();

        host.HouseholdId = household.Id;
        await db.SaveChangesAsync(cancellation);
        await db.Listings.Where(l => l.MerchantId == merchantId)
            .ExecuteUpdateAsync(set => set.SetProperty(l => l.HouseholdId, household.Id), cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(await AnswerAsync(db, household, cancellation));
    }

    private static Task<Household?> OfAsync(HomestaysDb db, Guid? merchant, CancellationToken cancellation) =>
        db.Households.SingleOrDefaultAsync(h => db.Hosts.Any(host => host.Id == merchant && host.HouseholdId == h.Id),
            cancellation);

    private static async Task<HouseholdResponse> AnswerAsync(HomestaysDb db, Household household,
        CancellationToken cancellation) => new(
        household.Id, household.Name, household.County, household.Village,
        await db.Hosts.CountAsync(h => h.HouseholdId == household.Id, cancellation));
}
