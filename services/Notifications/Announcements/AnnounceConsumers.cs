using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Notifications.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Notifications.Notices;
using MassTransit;

namespace Jingdezhen.Tourism.Notifications.Announcements;

internal sealed class AnnounceBookingsConsumer(Announce announce) :
    IConsumer<BookingHeld>, IConsumer<BookingConfirmed>, IConsumer<BookingChanged>, IConsumer<BookingCancelled>,
    IConsumer<BookingUnitsCancelled>, IConsumer<BookingExpired>, IConsumer<TicketRedeemed>
{
    public Task Consume(ConsumeContext<BookingHeld> context) => announce.HandleAsync(context, new(
        "booking.held", context.Message.BookingId, context.Message.AccountId, context.Message.MerchantId,
        Topic(context.Message.OrderId, "held"),
        Values: Values(context.Message.StartsAt, context.Message.PriceFen, context.Message.ExpiresAt)));

    public Task Consume(ConsumeContext<BookingConfirmed> context) => announce.HandleAsync(context, new(
        "booking.confirmed", context.Message.BookingId, context.Message.AccountId, context.Message.MerchantId,
        context.Message.AccountId is null ? null : Topic(context.Message.OrderId, "confirmed"),
        Values: Values(context.Message.StartsAt, context.Message.PriceFen)));

    public Task Consume(ConsumeContext<BookingChanged> context) => announce.HandleAsync(context, new(
        "booking.changed", context.Message.BookingId, null, context.Message.MerchantId, "changed",
        Values: Values(context.Message.StartsAt, context.Message.PriceFen)));

    public Task Consume(ConsumeContext<BookingCancelled> context) => announce.HandleAsync(context, new(
        "booking.cancelled", context.Message.BookingId, null, context.Message.MerchantId,
        Announce.Cancelled(context.Message.OrderId, context.Message.ConfirmedAt),
        Values: Values(null, context.Message.RefundFen)));

    public Task Consume(ConsumeContext<BookingUnitsCancelled> context) => announce.HandleAsync(context, new(
        "booking.units-cancelled", context.Message.BookingId, null, context.Message.MerchantId, "cancelled",
        Values: Values(null, context.Message.RefundFen)));

    public Task Consume(ConsumeContext<BookingExpired> context) => announce.HandleAsync(context, new(
        "booking.expired", context.Message.BookingId, null, context.Message.MerchantId,
        Topic(context.Message.OrderId, "expired"),
        Values: Values(null, null)));

    public Task Consume(ConsumeContext<TicketRedeemed> context) => announce.HandleAsync(context, new(
        "ticket.redeemed", context.Message.BookingId, null, context.Message.MerchantId));

    // Of an order's parts people hear once, when all of them are theirs.
    private static string? Topic(Guid? order, string topic) => order is null ? topic : null;

    private static Dictionary<string, string> Values(DateTimeOffset? when, long? fen, DateTimeOffset? until = null) =>
        new()
        {
            ["what"] = "门票 ticket",
            ["when"] = when is null ? "" : Announce.When(when.Value),
            ["price"] = fen is null ? "" : Announce.Yuan(fen.Value),
            ["until"] = until is null ? "" : Announce.When(until.Value),
        };
}

internal sealed class AnnounceStaysConsumer(Announce announce) :
    IConsumer<StayHeld>, IConsumer<StayConfirmed>, IConsumer<StayCancelled>, IConsumer<CalendarConflictFound>,
    IConsumer<HostPaid>
{
    public Task Consume(ConsumeContext<StayHeld> context) => announce.HandleAsync(context, new(
        "stay.held", context.Message.StayId, context.Message.AccountId, context.Message.MerchantId,
        context.Message.OrderId is null ? "held" : null,
        Values: Values(
            $"{context.Message.Arrival:yyyy-MM-dd}", context.Message.PriceFen,
            Announce.When(context.Message.ExpiresAt))));

    public Task Consume(ConsumeContext<StayConfirmed> context) => announce.HandleAsync(context, new(
        "stay.confirmed", context.Message.StayId, context.Message.AccountId, context.Message.MerchantId,
        context.Message.AccountId is null || context.Message.OrderId is not null ? null : "confirmed",
        Values: Values($"{context.Message.Arrival:yyyy-MM-dd}", context.Message.PriceFen)));

    public Task Consume(ConsumeContext<StayCancelled> context) => announce.HandleAsync(context, new(
        "stay.cancelled", context.Message.StayId, null, context.Message.MerchantId,
        Announce.Cancelled(context.Message.OrderId, context.Message.ConfirmedAt),
        Values: Values("", context.Message.RefundFen)));

    // Two parties believe in the same nights: only the host can settle that, and soon.
    public Task Consume(ConsumeContext<CalendarConflictFound> context) => announce.HandleAsync(context, new(
        "stay.calendar-conflict", context.Message.StayId, null, context.Message.MerchantId, "calendar-conflict",
        TellMerchant: true, Values: new()
        {
            ["what"] = context.Message.SourceName,
            ["when"] = $"{context.Message.From:yyyy-MM-dd} – {context.Message.To:yyyy-MM-dd}",
        }));

    public Task Consume(ConsumeContext<HostPaid> context) => announce.HandleAsync(context, new(
        "host.paid", context.Message.PayoutId, null, context.Message.MerchantId));

    private static Dictionary<string, string> Values(string when, long fen, string until = "") => new()
    {
        ["what"] = "民宿 homestay", ["when"] = when, ["price"] = Announce.Yuan(fen), ["until"] = until,
    };
}

internal sealed class AnnounceOrdersConsumer(Announce announce) :
    IConsumer<OrderPlaced>, IConsumer<OrderHeld>, IConsumer<OrderConfirmed>, IConsumer<OrderFailed>,
    IConsumer<OrderCancelled>
{
    public Task Consume(ConsumeContext<OrderPlaced> context) => announce.HandleAsync(context, new(
        "order.placed", context.Message.OrderId, context.Message.AccountId));

    public Task Consume(ConsumeContext<OrderHeld> context) => announce.HandleAsync(context, new(
        "order.held", context.Message.OrderId, context.Message.AccountId, Topic: "order-held",
        Values: Values(
            context.Message.PriceFen, ("lines", $"{context.Message.Lines}"),
            ("until", Announce.When(context.Message.PayUntil)))));

    public Task Consume(ConsumeContext<OrderConfirmed> context) => announce.HandleAsync(context, new(
        "order.confirmed", context.Message.OrderId, context.Message.AccountId, Topic: "order-confirmed",
        Values: Values(context.Message.PriceFen, ("lines", $"{context.Message.Lines}"))));

    public Task Consume(ConsumeContext<OrderFailed> context) => announce.HandleAsync(context, new(
        "order.failed", context.Message.OrderId, context.Message.AccountId, Topic: context.Message.Reason switch
        {
            "not-paid" => "order-expired",
            "given-up" => "order-cancelled",
            _ => "order-failed",
        },
        Values: Values(context.Message.RefundFen)));

    public Task Consume(ConsumeContext<OrderCancelled> context) => announce.HandleAsync(context, new(
        "order.cancelled", context.Message.OrderId, context.Message.AccountId, Topic: "order-cancelled",
        Values: Values(context.Message.RefundFen)));

    private static Dictionary<string, string> Values(long fen, params (string Name, string Value)[] more) =>
        new(more.Select(one => KeyValuePair.Create(one.Name, one.Value))) { ["price"] = Announce.Yuan(fen) };
}

internal sealed class AnnounceMoneyConsumer(Announce announce) :
    IConsumer<PaymentCaptured>, IConsumer<PaymentFailed>, IConsumer<RefundSettled>, IConsumer<RefundFailed>,
    IConsumer<PayoutSettled>, IConsumer<PayoutFailed>
{
    public Task Consume(ConsumeContext<PaymentCaptured> context) => announce.HandleAsync(context, new(
        "payment.captured", context.Message.SubjectId));

    public Task Consume(ConsumeContext<PaymentFailed> context) => announce.HandleAsync(context, new(
        "payment.failed", context.Message.SubjectId));

    public Task Consume(ConsumeContext<RefundSettled> context) => announce.HandleAsync(context, new(
        "refund.settled", context.Message.SubjectId, Topic: "refunded", Values: new()
        {
            ["price"] = Announce.Yuan(context.Message.AmountFen), ["when"] = Announce.When(context.Message.SettledAt),
        }));

    public Task Consume(ConsumeContext<RefundFailed> context) => announce.HandleAsync(context, new(
        "refund.failed", context.Message.SubjectId));

    public Task Consume(ConsumeContext<PayoutSettled> context) => announce.HandleAsync(context, new(
        "payout.settled", context.Message.SubjectId,
        MerchantId: PaidMerchant(context.Message.Purpose, context.Message.PayeeId)));

    public Task Consume(ConsumeContext<PayoutFailed> context) => announce.HandleAsync(context, new(
        "payout.failed", context.Message.SubjectId,
        MerchantId: PaidMerchant(context.Message.Purpose, context.Message.PayeeId)));

    // Compensation is paid to a claimant, who is no merchant.
    private static Guid? PaidMerchant(string purpose, Guid payee) => purpose == "compensation" ? null : payee;
}

/// <summary>What merchants and finance hear of cases; the claimant is told by
/// <see cref="TellAccountConsumer"/>.</summary>
internal sealed class AnnounceCasesConsumer(Announce announce) :
    IConsumer<CaseFiled>, IConsumer<CaseAccepted>, IConsumer<CaseClosed>, IConsumer<CompensationApproved>,
    IConsumer<CompensationPaid>, IConsumer<RecourseOpened>, IConsumer<RecourseDeducted>, IConsumer<RecourseSettled>,
    IConsumer<MerchantSuspended>, IConsumer<MerchantReinstated>
{
    public Task Consume(ConsumeContext<CaseFiled> context) => announce.HandleAsync(context, new(
        "case.filed", context.Message.CaseId, null, context.Message.MerchantId));

    public Task Consume(ConsumeContext<CaseAccepted> context) => announce.HandleAsync(context, new(
        "case.accepted", context.Message.CaseId, null, context.Message.MerchantId));

    public Task Consume(ConsumeContext<CaseClosed> context) => announce.HandleAsync(context, new(
        "case.closed", context.Message.CaseId, null, context.Message.MerchantId));

    public Task Consume(ConsumeContext<CompensationApproved> context) => announce.HandleAsync(context, new(
        "case.compensation-approved", context.Message.CaseId, null, context.Message.MerchantId));

    public Task Consume(ConsumeContext<CompensationPaid> context) => announce.HandleAsync(context, new(
        "case.compensation-paid", context.Message.CaseId, null, context.Message.MerchantId));

    public Task Consume(ConsumeContext<RecourseOpened> context) => announce.HandleAsync(context, Recourse(
        "case.recourse-opened", "recourse", context.Message.CaseId, context.Message.MerchantId,
        context.Message.AmountFen));

    public Task Consume(ConsumeContext<RecourseDeducted> context) => announce.HandleAsync(context, Recourse(
        "case.recourse-deducted", "recourse-deducted", context.Message.CaseId, context.Message.MerchantId,
        context.Message.AmountFen));

    public Task Consume(ConsumeContext<RecourseSettled> context) => announce.HandleAsync(context, Recourse(
        "case.recourse-settled", "recourse-settled", context.Message.CaseId, context.Message.MerchantId,
        context.Message.AmountFen));

    public Task Consume(ConsumeContext<MerchantSuspended> context) => announce.HandleAsync(context, new(
        "merchant.suspended", context.Message.MerchantId, null, context.Message.MerchantId));

    public Task Consume(ConsumeContext<MerchantReinstated> context) => announce.HandleAsync(context, new(
        "merchant.reinstated", context.Message.MerchantId, null, context.Message.MerchantId));

    private static Announcement Recourse(string type, string topic, Guid subject, Guid merchant, long fen) => new(
        type, subject, null, merchant, topic, TellMerchant: true, new() { ["price"] = Announce.Yuan(fen) });
}

/// <summary>What another service wants an account to know: offers of the waiting list, steps of a case.</summary>
internal sealed class TellAccountConsumer(Announce announce, Templates templates) : IConsumer<NotifyAccount>
{
    public Task Consume(ConsumeContext<NotifyAccount> context)
    {
        var asked = context.Message;
        return templates.Topics.Contains(asked.Topic)
            ? announce.TellAsync(
                asked.Key, asked.Topic, null, asked.AccountId, null, announce.WithAddress(asked.Values),
                context.CancellationToken)
            : throw new InvalidOperationException($"There is no template for {asked.Topic}.");
    }
}
