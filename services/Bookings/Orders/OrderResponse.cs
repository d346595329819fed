using System.Text.Json;
using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <summary>A whole trip as the app sees it. Money in fen, times in UTC.</summary>
/// <param name="Reference">What a person reads aloud.</param>
/// <param name="State">holding, held, confirming, confirmed, releasing, failed or cancelled.</param>
/// <param name="PriceFen">The sum of the lines; frozen once all are held.</param>
/// <param name="RefundedFen">What has arrived back at the payer.</param>
/// <param name="PayUntil">Until when it may be paid.</param>
/// <param name="Failure">Which line could not be had, and why; or why the whole ended.</param>
/// <param name="Payments">What was asked of the payer; <c>payAt</c> is where the app finds what it needs to
/// pay.</param>
public sealed record OrderResponse(
    Guid Id, string Reference, string State, long PriceFen, long RefundedFen, string Currency, DateTimeOffset PayUntil,
    DateTimeOffset CreatedAt, DateTimeOffset? ConfirmedAt, DateTimeOffset? EndedAt, Guid? ItineraryId,
    IReadOnlyList<OrderLineResponse> Lines, OrderFailureResponse? Failure, IReadOnlyList<OrderPaymentResponse> Payments,
    IReadOnlyList<OrderRefundResponse> Refunds, OrderGroupResponse? Group);

/// <param name="Id">The booking's or the stay's id too: tickets are at <c>/v1/bookings/{id}/tickets</c>.</param>
/// <param name="Kind">ticket or stay.</param>
/// <param name="Day">The day of the slot, or the first night.</param>
/// <param name="Departure">The day after the last night.</param>
/// <param name="State">asked, held, refused, sold, leaving, returned, cancelling or cancelled.</param>
public sealed record OrderLineResponse(
    Guid Id, int Position, string Kind, Guid? AvailabilityId, Guid? RoomId, DateOnly Day, DateOnly? Departure,
        int Persons,
    int Children, string State, long PriceFen, long RefundFen, string? Code, string? Reason);

/// <param name="Alternatives">Slots or nights near in time that had room at the moment of this answer.</param>
public sealed record OrderFailureResponse(
    Guid? LineId, string Code, string Reason, IReadOnlyList<OrderAlternativeResponse> Alternatives);

/// <param name="AvailabilityId">For tickets: the slot.</param>
/// <param name="RoomId">For nights: the room.</param>
/// <param name="StartsAt">For tickets: when it begins.</param>
/// <param name="Vacancies">For tickets: how many visitors still fit.</param>
/// <param name="PriceFen">For nights: what they cost.</param>
public sealed record OrderAlternativeResponse(
    Guid? AvailabilityId, Guid? RoomId, DateOnly Day, DateOnly? Departure, DateTimeOffset? StartsAt, int? Vacancies,
    long? PriceFen);

/// <param name="State">asked, captured or failed.</param>
/// <param name="PayAt">Where the app waits for what it needs to pay (<c>payWith</c>); null once nothing is
/// owed.</param>
public sealed record OrderPaymentResponse(
    string Key, long AmountFen, string Currency, string Method, string State, DateTimeOffset AskedAt,
    DateTimeOffset ExpiresAt, DateTimeOffset? CapturedAt, string? FailureReason, string? PayAt)
{
    internal static OrderPaymentResponse Of(OrderPayment payment) => new(
        payment.Key, payment.AmountFen, Order.Currency, payment.Method, payment.State.ToString().ToLowerInvariant(),
        payment.AskedAt, payment.ExpiresAt, payment.CapturedAt, payment.FailureReason,
        payment.State == MoneyState.Asked ? $"/v1/payments/by-key/{payment.Key}?wait=5" : null);
}

/// <param name="LineId">The line it is for; null where everything goes back.</param>
/// <param name="State">asked, settled or failed.</param>
public sealed record OrderRefundResponse(
    Guid? LineId, long AmountFen, string Currency, string Reason, string State, DateTimeOffset AskedAt,
    DateTimeOffset? SettledAt);

/// <param name="Names">The travellers named so far, masked; told where one order is asked for.</param>
public sealed record OrderGroupResponse(
    string School, int HeadCount, JsonElement? Leader, IReadOnlyList<string>? Names = null);

internal static class OrderView
{
    public static OrderResponse AsResponse(
        this Order order, IReadOnlyList<OrderAlternativeResponse>? alternatives = null,
        IReadOnlyList<string>? names = null) =>
        new(
            order.Id, BookingReference.Of(order.Id), order.State.ToString().ToLowerInvariant(), order.PriceFen,
            order.RefundedFen, Order.Currency, order.PayUntil, order.CreatedAt, order.ConfirmedAt, order.EndedAt,
            order.ItineraryId,
            [.. order.Lines.OrderBy(line => line.Position).Select(line => new OrderLineResponse(
                line.Id, line.Position, line.Kind, line.SlotId, line.RoomId, line.Day, line.Departure, line.Persons,
                line.Children, line.State.ToString().ToLowerInvariant(), line.PriceFen, line.RefundFen, line.Code,
                line.Reason))],
            order.FailureCode is { } code
                ? new(order.FailedLineId, code, order.FailureReason ?? "", alternatives ?? [])
                : null,
            [.. order.Payments.OrderBy(payment => payment.AskedAt).Select(OrderPaymentResponse.Of)],
            [.. order.Refunds.OrderBy(refund => refund.AskedAt).Select(refund => new OrderRefundResponse(
                refund.LineId, refund.AmountFen, Order.Currency, refund.Reason, refund.State.ToString()
                    .ToLowerInvariant(),
                refund.AskedAt, refund.SettledAt))],
            order is { School: { } school, HeadCount: { } heads }
                ? new(school, heads, Leader(order), names)
                : null);

    private static JsonElement? Leader(Order order) =>
        order.Leader is { } leader ? JsonSerializer.Deserialize<JsonElement>(leader) : null;
}
