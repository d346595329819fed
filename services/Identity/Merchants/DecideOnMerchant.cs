using System.ComponentModel.DataAnnotations;
using Jingdezhen.Tourism.Identity.Secrets;
using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Identity.Merchants;

public sealed record RejectMerchantRequest([Required, StringLength(500, MinimumLength = 1)] string Reason);

internal static class DecideOnMerchant
{
    private static readonly Refusal OwnerGone = new("owner-gone", "The account that applied has been deleted.");

    /// <summary>The account sells from its next token on, and every service hears of the merchant.</summary>
    public static async Task<Results<Ok<MerchantResponse>, NotFound, ProblemHttpResult>> Approve(
        Guid merchantId, IdentityDb db, Vault vault, TimeProvider clock, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await LockAsync(merchantId, db, cancellation) is not { } merchant) return TypedResults.NotFound();

        var owner = await db.Accounts.SingleOrDefaultAsync(row => row.Id == merchant.OwnerId, cancellation);
        if (owner is null) return OwnerGone.AsProblem();
        if (merchant.Approve(clock.GetUtcNow()) is { } refusal) return refusal.AsProblem();

        owner.ActFor(merchant.Id, merchant.Role);
        db.Publish(merchant.Joined());
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(MerchantResponse.Of(merchant, vault));
    }

    public static async Task<Results<Ok<MerchantResponse>, NotFound, ProblemHttpResult>> Reject(
        Guid merchantId, RejectMerchantRequest request, IdentityDb db, Vault vault, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await LockAsync(merchantId, db, cancellation) is not { } merchant) return TypedResults.NotFound();
        if (merchant.Reject(request.Reason) is { } refusal) return refusal.AsProblem();

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(MerchantResponse.Of(merchant, vault));
    }

    private static Task<Merchant?> LockAsync(Guid id, IdentityDb db, CancellationToken cancellation) =>
        db.Merchants.FromSql($"SELECT *, xmin FROM merchants WHERE id = {id} FOR UPDATE")
            .SingleOrDefaultAsync(cancellation);
}
