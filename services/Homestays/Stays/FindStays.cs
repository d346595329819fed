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
        return await db.Stays.AsNoTracking().AsSplitQuery().Include(s => s.Payments).Include(s => s.Refunds)
            .SingleOrDefaultAsync(
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

    /// <param name="after">The last stay of the page before.</param>
    public static async Task<Results<Ok<List<StayResponse>>, ProblemHttpResult>> OfHost(
        ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation, DateOnly? from = null,
        DateOnly? to = null, [Range(1, 100)] int limit = 50, Guid? after = null)
    {
        var merchant = user.MerchantId();
        var own = db.Stays.AsNoTracking().Where(s => s.MerchantId == merchant);
        var last = await own.SingleOrDefaultAsync(s => s.Id == after, cancellation);
        if (after is not null && last is null) return Problems.Invalid("after", "None of your stays has this id.");

        var (day, id) = (last?.Arrival, last?.Id);
        var stays = await own
            .Where(s => (from == null || s.Departure > from) && (to == null || s.Arrival < to))
            .Where(s => day == null || s.Arrival > day || (s.Arrival == day && s.Id > id))
            .OrderBy(s => s.Arrival).ThenBy(s => s.Id).Take(limit).ToListAsync(cancellation);
        return TypedResults.Ok(stays.ConvertAll(StayResponse.Of));
    }
}
