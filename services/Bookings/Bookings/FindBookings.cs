using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Bookings;

internal static class FindBookings
{
    /// <summary>The caller's bookings, the latest first; <c>after</c> is the last id of the page before.</summary>
    public static async Task<Results<Ok<List<BookingResponse>>, ProblemHttpResult>> Handle(
        Guid? productId, Guid? availabilityId, string? reference, int? limit, Guid? after, ClaimsPrincipal user,
        BookingsDb db, CatalogueCache catalogues, CancellationToken cancellation)
    {
        if (limit is < 1 or > 100) return Problems.Invalid("limit", "Between 1 and 100.");

        var bookings = db.Bookings.AsNoTracking().Include(b => b.UnitItems).VisibleTo(user);
        if (productId is not null) bookings = bookings.Where(b => b.ProductId == productId);
        if (availabilityId is not null) bookings = bookings.Where(b => b.SlotId == availabilityId);
        if (reference is not null) bookings = bookings.Where(b => b.Reference == reference);
        if (after is not null) bookings = bookings.Where(b => b.Id < after);

        var page = await bookings.OrderByDescending(b => b.Id).Take(limit ?? 50).ToListAsync(cancellation);
        var catalogue = await catalogues.GetAsync(cancellation);
        var now = await db.NowAsync(cancellation);
        return TypedResults.Ok(
            page.ConvertAll(booking => booking.AsResponse(catalogue.Products[booking.ProductId], now)));
    }
}
