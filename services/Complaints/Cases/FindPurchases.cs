using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Complaints.Operators;
using Jingdezhen.Tourism.Complaints.Purchases;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <param name="ByAccount">The claimant's account has bought it; else it was booked with the claimant's phone.</param>
public sealed record PurchaseResponse(
    Guid Id, string Kind, Guid? MerchantId, string? VenueId, string? ProductKind, DateTimeOffset? StartsAt,
    DateTimeOffset? EndsAt, long PaidFen, int People, bool ByAccount);

/// <summary>What a case without a reference may be about: bought by its claimant, or with their phone, for the day on
/// which it happened.</summary>
internal static class FindPurchases
{
    public static async Task<Results<Ok<List<PurchaseResponse>>, NotFound>> Handle(
        Guid id, ClaimsPrincipal user, ComplaintsDb db, OperatorDesk operators, CancellationToken cancellation,
        [Range(1, 100)] int limit = 50)
    {
        var found = await db.Cases.AsNoTracking().Where(operators.Readable(user))
            .SingleOrDefaultAsync(row => row.Id == id, cancellation);
        if (found is null) return TypedResults.NotFound();
        if (found.HappenedOn is not { } day) return TypedResults.Ok(new List<PurchaseResponse>());

        var guest = Convert.ToHexString(found.PhoneHash);
        return TypedResults.Ok(await db.Purchases.AsNoTracking().On(day)
            .Where(row => row.GuestKey == guest
                || (found.ClaimantAccountId != null && row.AccountId == found.ClaimantAccountId))
            .OrderBy(row => row.Id).Take(limit)
            .Select(row => new PurchaseResponse(
                row.Id, row.Kind, row.MerchantId, row.VenueId, row.ProductKind, row.StartsAt, row.EndsAt, row.PaidFen,
                row.People, found.ClaimantAccountId != null && row.AccountId == found.ClaimantAccountId))
            .ToListAsync(cancellation));
    }

    /// <summary>Sold, and taking place on a day of Shanghai.</summary>
    public static IQueryable<Purchase> On(this IQueryable<Purchase> purchases, DateOnly day)
    {
        var (from, to) = (Nights.Leave(day).AddHours(-12), Nights.Leave(day).AddHours(12));
        return purchases.Where(row => row.ConfirmedAt != null && row.StartsAt < to && row.EndsAt >= from);
    }
}
