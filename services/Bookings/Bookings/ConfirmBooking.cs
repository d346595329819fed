using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <summary>Confirms a reseller's own hold on its account. A tourist's hold waits for its payment.</summary>
internal static class ConfirmBooking
{
    public static readonly Refusal PaymentRequired =
        new("payment-required", "A tourist's booking is confirmed by its payment, not by asking.");

    public static async Task<Results<Ok<BookingResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid id, ClaimsPrincipal user, BookingsDb db, CatalogueCache catalogues, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.LockAsync(id, user, cancellation) is not { } booking) return TypedResults.NotFound();
        if (booking.OrderId is not null) return PayBooking.PartOfOrder.AsProblem();
        if (!user.IsInRole(Roles.Reseller)) return PaymentRequired.AsProblem();

        var now = await db.NowAsync(cancellation);
        var product = (await catalogues.GetAsync(cancellation)).Products[booking.ProductId];
        if (booking.ConfirmAndTell(db, product, Authority.OnAccount, booking.PriceFen, now) is { } refusal)
        {
            return refusal.AsProblem();
        }

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(booking.AsResponse(product, now));
    }
}
