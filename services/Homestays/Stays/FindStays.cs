using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>A guest's own stays, newest first; a host's, by arrival.</summary>
internal static class FindStays
{
    public static async Task<Results<Ok<StayResponse>, NotFound>> One(
        Guid stayId, ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        var (account, merchant) = (user.AccountId(), user.MerchantId());
        return await db.Stays.AsNoTracking().SingleOrDefaultAsync(
            s => s.Id == stayId && (s.AccountId == account || (merchant != null && s.MerchantId == merchant)),
            cancellation)
            is { } stay ? TypedResults.Ok(StayResponse.Of(stay)) : TypedResults.NotFound();
    }

    public static async Task<Ok<List<StayResponse>>> Own(
        ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation, [Range(1, 100)] int limit = 20,
        Guid? after = null)
    {
        var account = user.AccountId();
        var stays = await db.Stays.AsNoTracking()
            .Where(s => s.AccountId == account && (after == null || s.Id < after))
            .OrderByDescending(s => s.Id).Take(limit).ToListAsync(cancellation);
        return TypedResults.Ok(stays.ConvertAll(StayResponse.Of));
    }

    public static async Task<Ok<List<StayResponse>>> OfHost(
        ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation, DateOnly? from = null,
        DateOnly? to = null,
        [Range(1, 100)] int limit = 50, int skip = 0)
    {
        var merchant = user.MerchantId();
        var stays = await db.Stays.AsNoTracking()
            .Where(s => s.MerchantId == merchant && (from == null || s.Departure > from)
                && (to == null || s.Arrival < to))
            .OrderBy(s => s.Arrival).ThenBy(s => s.Id).Skip(Math.Clamp(skip, 0, 100_000)).Take(limit)
                .ToListAsync(cancellation);
        return TypedResults.Ok(stays.ConvertAll(StayResponse.Of));
    }
}
