using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <param name="UnitItemIds">The units to give back; absent, the whole booking.</param>
public sealed record CancelBookingRequest(
    [StringLength(200)] string? Reason = null, [MinLength(1), MaxLength(200)] IReadOnlyList<Guid>? UnitItemIds = null);

/// <summary>Ends a hold or a sale, wholly or in part; the refund follows from the policy and the database's
/// clock.</summary>
internal static class CancelBooking
{
    public static async Task<Results<Ok<BookingResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid id, CancelBookingRequest? request, ClaimsPrincipal user, BookingsDb db, CatalogueCache catalogues,
        TouchedSlots touched, PersonalDataVault vault, CancellationToken cancellation)
    {
        // Read before a connection is held: loading what is sold takes one of its own.
        var catalogue = await catalogues.GetAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.LockAsync(id, user, cancellation) is not { } booking) return TypedResults.NotFound();
        if (booking.OrderId is not null) return PayBooking.PartOfOrder.AsProblem();

        await db.LoadMoneyAsync(booking, cancellation);
        var now = await db.NowAsync(cancellation);
        var (product, option) = catalogue.Options[booking.OptionId];
        var refusal = request?.UnitItemIds is { } items
            ? await CancelUnitsAsync(db, vault, booking, items.ToHashSet(), product, option, now, cancellation)
            : await db.CancelWholeAsync(booking, request?.Reason ?? "", now, cancellation);
        if (refusal is not null) return refusal.AsProblem();

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        touched.Add([booking.SlotId]);
        return TypedResults.Ok(booking.AsResponse(product, now));
    }

    private static async Task<Refusal?> CancelUnitsAsync(
        BookingsDb db, PersonalDataVault vault, Booking booking, HashSet<Guid> items, Product product, Option option,
        DateTimeOffset now, CancellationToken cancellation)
    {
        var decision = booking.CancelUnits(items, product, option, now);
        if (decision.IsRefused) return decision.Refusal;

        await db.ReturnPlacesAsync(booking.SlotId, decision.Value.Visitors, cancellation);
        await db.ReturnClaimsAsync(decision.Value.Units, vault, cancellation);
        db.GiveBack(booking, decision.Value.RefundFen, "units-cancelled", now);
        if (booking.Status == BookingStatus.Confirmed)
        {
            db.Publish(BookingEvents.UnitsCancelled(booking, decision.Value), now);
        }
        else db.Publish(BookingEvents.Changed(booking), now);
        return null;
    }
}
