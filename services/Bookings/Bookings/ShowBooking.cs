using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Bookings;

internal static class ShowBooking
{
    public static async Task<Results<Ok<BookingResponse>, NotFound>> Handle(
        Guid id, ClaimsPrincipal user, BookingsDb db, CatalogueCache catalogues, CancellationToken cancellation)
    {
        var booking = await db.Bookings.AsNoTracking().AsSplitQuery().Include(b => b.UnitItems)
            .Include(b => b.Payments).Include(b => b.Refunds).VisibleTo(user)
            .SingleOrDefaultAsync(b => b.Id == id, cancellation);
        if (booking is null) return TypedResults.NotFound();

        var catalogue = await catalogues.GetAsync(cancellation);
        return TypedResults.Ok(
            booking.AsResponse(catalogue.Products[booking.ProductId], await db.NowAsync(cancellation)));
    }
}
