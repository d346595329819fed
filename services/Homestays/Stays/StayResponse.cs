using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Homestays.Stays;

public sealed record NightResponse(DateOnly Night, long PriceFen);

/// <param name="Key">Under which Payments knows it.</param>
/// <param name="State">asked, captured, failed, or returned where it could not buy the stay any more.</param>
/// <param name="PayAt">Where the app waits for what it needs to pay; null once nothing is owed.</param>
public sealed record StayPaymentResponse(
    string Key, long AmountFen, string Method, string State, DateTimeOffset AskedAt, string? FailedBecause,
    string? PayAt)
{
    internal static StayPaymentResponse Of(StayPayment payment) => new(
        payment.Key, payment.AmountFen, payment.Method, payment.State, payment.AskedAt, payment.FailedBecause,
        payment.State == "asked" ? $"/v1/payments/by-key/{payment.Key}?wait=5" : null);
}

/// <param name="RefundedFen">What the guest is owed back; whether it arrived is in <paramref name="Refunds"/>.</param>
/// <param name="Payments">What was asked of the guest for this stay alone; told where one stay is asked for.</param>
/// <param name="Refunds">What goes back and whether it arrived; told where one stay is asked for.</param>
public sealed record StayResponse(
    Guid Id, Guid ListingId, Guid RoomId, DateOnly Arrival, DateOnly Departure, int Adults, int Children, string State,
    bool AwaitsHost, long PriceFen, string Currency, IReadOnlyList<NightResponse> Nights, DateTimeOffset ExpiresAt,
    DateTimeOffset FreeCancellationUntil, int LateRefundPercent, DateTimeOffset? ConfirmedAt, long PaidFen,
    long RefundedFen, string Reference, IReadOnlyList<StayPaymentResponse> Payments,
    IReadOnlyList<StayRefundResponse> Refunds)
{
    internal static StayResponse Of(Stay stay) => new(
        stay.Id, stay.ListingId, stay.RoomId, stay.Arrival, stay.Departure, stay.Adults, stay.Children, stay.State,
        stay.AwaitsHost, stay.PriceFen, "CNY", NightsOf(stay.Arrival, stay.NightlyFen), stay.ExpiresAt, stay.FreeUntil,
        stay.LateRefundPercent, stay.ConfirmedAt, stay.PaidFen, stay.RefundedFen, BookingReference.Of(stay.Id),
        [.. stay.Payments.OrderBy(payment => payment.AskedAt).Select(StayPaymentResponse.Of)],
        [.. stay.Refunds.OrderBy(refund => refund.Id).Select(StayRefundResponse.Of)]);

    internal static StayResponse Of(
        StayHeld held, Wish wish, long[] nightlyFen, DateTimeOffset freeUntil, RoomTerms room) => new(
        held.StayId, held.ListingId, held.RoomId, held.Arrival, held.Departure, wish.Adults, wish.Children, Stay.Held,
        !room.InstantBook, held.PriceFen, held.Currency, NightsOf(held.Arrival, nightlyFen), held.ExpiresAt, freeUntil,
        room.LateRefundPercent, ConfirmedAt: null, PaidFen: 0, RefundedFen: 0,
        BookingReference.Of(held.StayId), Payments: [], Refunds: []);

    internal static IReadOnlyList<NightResponse> NightsOf(DateOnly arrival, long[] nightlyFen) =>
        [.. nightlyFen.Select((price, night) => new NightResponse(arrival.AddDays(night), price))];
}
