using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <summary>
/// The payer's money is here: it confirms the hold that it was asked for, takes a hold that ran out up again while
/// places are left, and goes back in every other case. Nothing that was captured is forgotten, and nothing is kept for
/// nothing.
/// </summary>
internal sealed class TakePaymentConsumer(
    BookingsDb db, CatalogueCache catalogues, AdmissionGuards guards, TouchedSlots touched)
    : IConsumer<PaymentCaptured>, IConsumer<PaymentFailed>, ISelective<PaymentCaptured>, ISelective<PaymentFailed>
{
    private static readonly Refusal Unasked = new("not-asked", "Nobody asked for this payment.");
    private static readonly Refusal WrongAmount = new("wrong-amount", "The price is another one.");

    public static bool Concerns(PaymentCaptured message) => message.Purpose == BookingPayment.Purpose;

    public static bool Concerns(PaymentFailed message) => message.Purpose == BookingPayment.Purpose;

    public async Task Consume(ConsumeContext<PaymentCaptured> context)
    {
        var (money, cancellation) = (context.Message, context.CancellationToken);
        if (await db.LockPaidAsync(money.SubjectId, cancellation) is not { } booking)
        {
            db.Publish(RefundBooking.Everything(money, Unasked.Code));
            await db.SaveChangesAsync(cancellation);
            return;
        }

        var payment = booking.Payments.Find(asked => asked.Key == money.Key);
        if (payment is not null && !payment.Capture(money.AmountFen, money.CapturedAt)) return;

        var now = await db.NowAsync(cancellation);
        var refusal = payment is null ? Unasked : await SellAsync(booking, payment, money, now, cancellation);
        if (refusal is not null) db.GiveBackCapture(booking, money, refusal.Code, now);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>A hold stays until its deadline: the tourist may pay in another way.</summary>
    public async Task Consume(ConsumeContext<PaymentFailed> context)
    {
        var (failure, cancellation) = (context.Message, context.CancellationToken);
        if (await db.LockPaidAsync(failure.SubjectId, cancellation) is not { } booking) return;

        booking.Payments.Find(asked => asked.Key == failure.Key)?.Fail(failure.Reason);
        await db.SaveChangesAsync(cancellation);
    }

    private async Task<Refusal?> SellAsync(
        Booking booking, BookingPayment payment, PaymentCaptured money, DateTimeOffset now,
        CancellationToken cancellation)
    {
        // The currency is part of the amount, and both are what was asked, whatever the booking costs by now.
        if (money.Currency != BookingPayment.Currency || money.AmountFen != payment.AmountFen) return WrongAmount;
        if (booking.PriceFen != payment.AmountFen) return WrongAmount;
        if (booking.Status is BookingStatus.Confirmed or BookingStatus.Redeemed)
        {
            return new("already-confirmed", "Another payment came first.");
        }

        var catalogue = await catalogues.GetAsync(cancellation);
        var product = catalogue.Products[booking.ProductId];
        var wasHeld = booking.StatusAt(now) == BookingStatus.OnHold;
        if (!wasHeld && await TakeUpAgainAsync(booking, catalogue, now, cancellation) is { } gone) return gone;
        if (wasHeld && booking.Confirm(Authority.Payment, money.AmountFen, now) is { } refusal) return refusal;

        payment.Confirm();
        db.Publish(BookingEvents.Confirmed(booking, product, now), now);
        return null;
    }

    private async Task<Refusal?> TakeUpAgainAsync(
        Booking booking, Catalogue catalogue, DateTimeOffset now, CancellationToken cancellation)
    {
        if (booking.StatusAt(now) != BookingStatus.Expired) return new("not-on-hold", "The booking has ended.");
        if (await TakePlacesAgain.TakeAsync(db, booking, catalogue, guards, now, cancellation) is { } full) return full;

        booking.TakeUpAgain(Authority.Payment, now);
        touched.Add([booking.SlotId]);
        return null;
    }
}
