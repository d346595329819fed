using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <param name="Method">sandbox, wechat-jsapi, wechat-native, alipay-page or alipay-app.</param>
public sealed record PayBookingRequest(
    [AllowedValues("sandbox", "wechat-jsapi", "wechat-native", "alipay-page", "alipay-app")] string Method);

/// <summary>What was asked of the payer.</summary>
/// <param name="Key">Under which Payments knows it.</param>
/// <param name="State">asked, captured or failed.</param>
/// <param name="ExpiresAt">The hold's deadline: money that comes later finds the places gone, or taken up
/// again.</param>
/// <param name="PayAt">Where the app waits for what it needs to pay (<c>payWith</c>); null once nothing is
/// owed.</param>
public sealed record BookingPaymentResponse(
    Guid Id, string Key, long AmountFen, string Currency, string Method, string State, DateTimeOffset AskedAt,
    DateTimeOffset ExpiresAt, DateTimeOffset? CapturedAt, string? FailureReason, string? PayAt)
{
    internal static BookingPaymentResponse Of(BookingPayment payment) => new(
        payment.Id, payment.Key, payment.AmountFen, BookingPayment.Currency, payment.Method,
        payment.State.ToString().ToLowerInvariant(), payment.AskedAt, payment.ExpiresAt, payment.CapturedAt,
        payment.FailureReason,
        payment.State == PaymentState.Asked ? $"/v1/payments/by-key/{payment.Key}?wait=5" : null);
}

/// <summary>A tourist pays a hold: its frozen price is asked for, once however often the app asks.</summary>
internal static class PayBooking
{
    private const string Free = "free";

    public static readonly Refusal PartOfOrder =
        new("part-of-order", "The booking is a line of an order: it is paid, confirmed and cancelled with the order.");

    public static async Task<Results<Created<BookingPaymentResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid id, PayBookingRequest request, ClaimsPrincipal user, BookingsDb db, CatalogueCache catalogues,
        CancellationToken cancellation)
    {
        if (await db.LockAsync(id, user, cancellation) is not { } booking) return TypedResults.NotFound();
        if (booking.OrderId is not null) return PartOfOrder.AsProblem();

        var now = await db.NowAsync(cancellation);
        await db.Entry(booking).Collection(b => b.Payments).LoadAsync(cancellation);
        if (booking.Payments.Find(payment => payment.Answers(booking, request.Method, now)) is { } known)
        {
            return Answer(booking, known);
        }

        if (booking.RefuseUnlessOnHold(now) is { } refusal) return refusal.AsProblem();

        var asked = BookingPayment.Ask(booking, booking.PriceFen == 0 ? Free : request.Method, now);
        db.Add(asked);
        if (booking.PriceFen == 0)
        {
            // Nobody takes a payment of nothing: a free place is confirmed by asking.
            var product = (await catalogues.GetAsync(cancellation)).Products[booking.ProductId];
            asked.Capture(0, now);
            asked.Confirm();
            booking.ConfirmAndTell(db, product, Authority.Payment, paidFen: 0, now);
        }
        else
        {
            db.Publish(new RequestPayment(
                asked.Key, BookingPayment.Purpose, booking.Id, booking.AccountId, asked.AmountFen,
                BookingPayment.Currency,
                asked.Method, asked.ExpiresAt));
        }

        await db.SaveChangesAsync(cancellation);
        return Answer(booking, asked);
    }

    private static Created<BookingPaymentResponse> Answer(Booking booking, BookingPayment payment) =>
        TypedResults.Created($"/v1/bookings/{booking.Id}", BookingPaymentResponse.Of(payment));
}
