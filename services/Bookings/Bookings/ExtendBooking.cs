using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Bookings.WaitingList;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <param name="HoldMinutes">The hold then stands for so many minutes from now, unless it already stands
/// longer.</param>
public sealed record ExtendBookingRequest([Range(1, 30)] int HoldMinutes);

internal static class ExtendBooking
{
    private static readonly Refusal OffersEnd =
        new("offer-not-extendable", "Others wait behind this offer: pay it in its time.");

    public static async Task<Results<Ok<BookingResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid id, ExtendBookingRequest request, ClaimsPrincipal user, BookingsDb db, CatalogueCache catalogues,
        CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.LockAsync(id, user, cancellation) is not { } booking) return TypedResults.NotFound();
        if (booking.OrderId is not null) return PayBooking.PartOfOrder.AsProblem();

        if (await db.WaitingParties.AnyAsync(
            party => party.BookingId == id && party.State == WaitingState.Offered, cancellation))
        {
            return OffersEnd.AsProblem();
        }

        var now = await db.NowAsync(cancellation);
        if (booking.Extend(now.AddMinutes(request.HoldMinutes), now) is { } refusal) return refusal.AsProblem();

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        var product = (await catalogues.GetAsync(cancellation)).Products[booking.ProductId];
        return TypedResults.Ok(booking.AsResponse(product, now));
    }
}
