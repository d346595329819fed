using Jingdezhen.Tourism.Bookings.Products;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <summary>A booking as the tourist's app sees it. Money in fen, times in UTC.</summary>
/// <param name="Reference">What a person reads aloud.</param>
/// <param name="Status">on-hold, confirmed, redeemed, cancelled or expired.</param>
/// <param name="Visitors">How many people its live units admit.</param>
/// <param name="ExpiresAt">Until when a hold stands.</param>
/// <param name="Refund">FULL, PARTIAL or NONE, once cancelled.</param>
/// <param name="RefundFen">What was given back so far, of units and of the whole.</param>
/// <param name="Payments">What was asked of the payer; told where one booking is asked for.</param>
/// <param name="Refunds">What went back and whether it arrived; told where one booking is asked for.</param>
public sealed record BookingResponse(
    Guid Id, string Reference, string Status, Guid ProductId, string ProductNameZh, string ProductNameEn, Guid OptionId,
    Guid AvailabilityId, DateTimeOffset StartsAt, DateTimeOffset EndsAt, string Channel, int Visitors, long PriceFen,
    string Currency, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? ConfirmedAt,
    string? ConfirmedBy, DateTimeOffset? CancelledAt, string? Refund, long RefundFen, DateTimeOffset? RedeemedAt,
    IReadOnlyList<UnitItemResponse> UnitItems, IReadOnlyList<BookingPaymentResponse> Payments,
    IReadOnlyList<BookingRefundResponse> Refunds);

/// <param name="State">asked, settled or failed.</param>
/// <param name="Reason">cancelled, units-cancelled, moved, wrong-amount, not-on-hold, sold-out …</param>
public sealed record BookingRefundResponse(
    Guid Id, long AmountFen, string Currency, string Reason, string State, DateTimeOffset AskedAt,
    DateTimeOffset? SettledAt, string? FailureReason)
{
    internal static BookingRefundResponse Of(BookingRefund refund) => new(
        refund.Id, refund.AmountFen, BookingPayment.Currency, refund.Reason, refund.State.ToString().ToLowerInvariant(),
        refund.AskedAt, refund.SettledAt, refund.FailureReason);
}

/// <param name="Status">live, redeemed or cancelled.</param>
/// <param name="Identity">The document, masked.</param>
public sealed record UnitItemResponse(
    Guid Id, Guid UnitId, string Type, int PaxCount, long PriceFen, string Status, string? AgeBand, string? Identity,
    DateTimeOffset? RedeemedAt);

internal static class BookingView
{
    public static BookingResponse AsResponse(this Booking booking, Product product, DateTimeOffset now)
    {
        var units = product.Options.SelectMany(option => option.Units);
        return new(
            booking.Id, booking.Reference, StatusName(booking.StatusAt(now)), booking.ProductId, product.NameZh,
            product.NameEn, booking.OptionId, booking.SlotId, booking.StartsAt, booking.EndsAt, booking.Channel,
            booking.Visitors, booking.PriceFen, "CNY", booking.CreatedAt, booking.ExpiresAt, booking.ConfirmedAt,
            booking.ConfirmedBy, booking.CancelledAt, booking.Refund, booking.RefundFen, booking.RedeemedAt,
            booking.UnitItems.OrderBy(item => item.Position).Select(item => new UnitItemResponse(
                item.Id, item.UnitId, units.FirstOrDefault(unit => unit.Id == item.UnitId)?.Type ?? "OTHER",
                item.PaxCount, item.PriceFen, item.Status.ToString().ToLowerInvariant(), item.AgeBand,
                item.IdentityMask, item.RedeemedAt)).ToList(),
            [.. booking.Payments.OrderBy(payment => payment.Id).Select(BookingPaymentResponse.Of)],
            [.. booking.Refunds.OrderBy(refund => refund.Id).Select(BookingRefundResponse.Of)]);
    }

    public static string StatusName(BookingStatus status) => status == BookingStatus.OnHold ? "on-hold"
        : status.ToString().ToLowerInvariant();
}
