using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <summary>The way back of money: asked for in the transaction that owes it, each sum under a key of its
/// own.</summary>
internal static class RefundBooking
{
    /// <summary>A booking with its units, payments and refunds, locked until the transaction ends.</summary>
    public static async Task<Booking?> LockPaidAsync(this BookingsDb db, Guid id, CancellationToken cancellation)
    {
        var booking = await db.Bookings.FromSql($"SELECT *, xmin FROM bookings WHERE id = {id} FOR UPDATE")
            .SingleOrDefaultAsync(cancellation);
        if (booking is null) return null;

        await db.Entry(booking).Collection(b => b.UnitItems).LoadAsync(cancellation);
        await db.LoadMoneyAsync(booking, cancellation);
        return booking;
    }

    public static async Task LoadMoneyAsync(this BookingsDb db, Booking booking, CancellationToken cancellation)
    {
        await db.Entry(booking).Collection(b => b.Payments).LoadAsync(cancellation);
        await db.Entry(booking).Collection(b => b.Refunds).LoadAsync(cancellation);
    }

    /// <summary>
    /// Gives back a part of what confirmed the booking. What was taken by hand, on account or with an order is given
    /// back by whoever took it. The booking's money is loaded.
    /// </summary>
    public static void GiveBack(this BookingsDb db, Booking booking, long fen, string reason, DateTimeOffset now)
    {
        if (fen == 0 || booking.Payments.Find(payment => payment.Confirmed) is not { } payment) return;

        var id = Guid.CreateVersion7();
        Ask(db, booking.Id, $"refund-{id}", payment.Key, fen, reason, now, id);
    }

    /// <summary>Gives back all of a capture that confirmed nothing.</summary>
    public static void GiveBackCapture(
        this BookingsDb db, Booking booking, PaymentCaptured money, string reason, DateTimeOffset now)
    {
        var refund = Everything(money, reason);
        if (booking.Refunds.Exists(known => known.Key == refund.Key)) return;

        Ask(db, booking.Id, refund.Key, money.Key, money.AmountFen, reason, now, Guid.CreateVersion7());
    }

    /// <summary>What failed is asked for once more, under a key of its own.</summary>
    public static void AskAgain(this BookingsDb db, BookingRefund failed, DateTimeOffset now)
    {
        failed.Replace();
        var id = Guid.CreateVersion7();
        Ask(db, failed.BookingId, $"refund-{id}", failed.PaymentKey, failed.AmountFen, failed.Reason, now, id);
    }

    /// <summary>One capture goes back once: the key is made of the payment's.</summary>
    public static RequestRefund Everything(PaymentCaptured money, string reason) => new(
        $"{money.Key}-back", money.Key, BookingPayment.Purpose, money.SubjectId, money.AmountFen, money.Currency,
        reason);

    private static void Ask(
        BookingsDb db, Guid bookingId, string key, string paymentKey, long fen, string reason, DateTimeOffset now,
        Guid id)
    {
        db.Add(new BookingRefund
        {
            Id = id, BookingId = bookingId, Key = key, PaymentKey = paymentKey, AmountFen = fen, Reason = reason,
            AskedAt = now,
        });
        db.Publish(new RequestRefund(
            key, paymentKey, BookingPayment.Purpose, bookingId, fen, BookingPayment.Currency, reason));
    }
}
