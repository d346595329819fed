using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Messaging;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <summary>Steps of a booking's life that are the same whoever takes them: the app, a counter, a reseller.</summary>
internal static class BookingSteps
{
    /// <summary>Confirms and, the first time, says so to the world.</summary>
    public static Refusal? ConfirmAndTell(
        this Booking booking, BookingsDb db, Product product, string authority, long paidFen, DateTimeOffset now)
    {
        var wasOnHold = booking.Status == BookingStatus.OnHold;
        if (booking.Confirm(authority, paidFen, now) is { } refusal) return refusal;

        if (wasOnHold) db.Publish(BookingEvents.Confirmed(booking, product, now), now);
        return null;
    }

    /// <summary>
    /// Cancels within the caller's transaction and under its lock, the booking's money loaded. Cancelling twice is one
    /// cancellation.
    /// </summary>
    public static async Task<Refusal?> CancelWholeAsync(
        this BookingsDb db, Booking booking, string reason, DateTimeOffset now, CancellationToken cancellation)
    {
        if (booking.Status == BookingStatus.Cancelled) return null;
        var before = booking.RefundFen;
        if (booking.Cancel(reason, now) is { } refusal) return refusal;

        await db.ReturnPlacesAsync(booking.SlotId, booking.Visitors, cancellation);
        await db.ReturnClaimsAsync(booking.Id, cancellation);
        db.GiveBack(booking, booking.RefundFen - before, "cancelled", now);
        db.Publish(BookingEvents.Cancelled(booking, booking.RefundFen - before), now);
        return null;
    }
}
