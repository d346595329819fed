using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Tickets;

/// <summary>A booking that the gate expects on a day.</summary>
public sealed record ManifestRow(
    Guid BookingId, string Reference, string ProductCode, DateTimeOffset StartsAt, int Visitors, int Redeemed,
    IReadOnlyList<string> Units);

internal static class ShowManifest
{
    /// <summary>The confirmed bookings of the merchant's own products on a day, by start; <c>after</c> pages
    /// on.</summary>
    public static async Task<Results<Ok<List<ManifestRow>>, ForbidHttpResult, ProblemHttpResult>> Handle(
        DateOnly? date, int? limit, Guid? after, ClaimsPrincipal user, BookingsDb db, CatalogueCache catalogues,
        TimeProvider clock, CancellationToken cancellation)
    {
        if (user.MerchantId() is not { } merchant) return TypedResults.Forbid();
        if (limit is < 1 or > 100) return Problems.Invalid("limit", "Between 1 and 100.");

        var day = date ?? BusinessTime.DayOf(clock.GetUtcNow());
        var expected = await db.Bookings.AsNoTracking().Include(b => b.UnitItems)
            .Where(b => b.SupplierId == merchant
                && (b.Status == BookingStatus.Confirmed || b.Status == BookingStatus.Redeemed))
            .Where(b => db.Slots.Any(slot => slot.Id == b.SlotId && slot.LocalDate == day))
            .Where(b => after == null || b.Id > after)
            .OrderBy(b => b.Id).Take(limit ?? 100).ToListAsync(cancellation);
        var products = (await catalogues.GetAsync(cancellation)).Products;
        return TypedResults.Ok(expected.ConvertAll(booking => new ManifestRow(
            booking.Id, booking.Reference, products[booking.ProductId].Code, booking.StartsAt, booking.Visitors,
            booking.LiveUnits.Where(item => item.Status == UnitStatus.Redeemed).Sum(item => item.PaxCount),
            booking.LiveUnits.GroupBy(item => item.UnitId).Select(units => $"{units.Count()} × " +
                products[booking.ProductId].Options.SelectMany(option => option.Units)
                    .First(unit => unit.Id == units.Key).Type).ToList())));
    }
}
