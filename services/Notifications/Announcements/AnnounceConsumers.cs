using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Notifications.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Notifications.Notices;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;

namespace Jingdezhen.Tourism.Notifications.Announcements;

internal sealed class AnnounceBookingsConsumer(Announce announce) : IGroupedConsumer,
    IConsumer<BookingHeld>, IConsumer<BookingConfirmed>, IConsumer<BookingChanged>, IConsumer<BookingCancelled>,
    IConsumer<BookingUnitsCancelled>, IConsumer<BookingExpired>, IConsumer<TicketRedeemed>
{
    public Task Consume(ConsumeContext<BookingHeld> context) => announce.HandleAsync(context, new(
        "booking.held", context.Message.BookingId, context.Message.AccountId, context.Message.MerchantId,
        context.Message.Offered || context.Message.AccountId is null ? null : Topic(context.Message.OrderId, "held"),
        Values: Values(context.Message.StartsAt, context.Message.PriceFen, context.Message.ExpiresAt),
        ResellerId: context.Message.ResellerId, Name: (context.Message.ProductZh, context.Message.ProductEn)));

    public Task Consume(ConsumeContext<BookingConfirmed> context) => announce.HandleAsync(context, new(
        "booking.confirmed", context.Message.BookingId, context.Message.AccountId, context.Message.MerchantId,
        context.Message.AccountId is null ? null : Topic(context.Message.OrderId, "confirmed"),
        Values: Values(context.Message.StartsAt, context.Message.PriceFen),
        ResellerId: context.Message.ResellerId, Name: (context.Message.ProductZh, context.Message.ProductEn)));

    public Task Consume(ConsumeContext<BookingChanged> context) => announce.HandleAsync(context, new(
        "booking.changed", context.Message.BookingId, null, context.Message.MerchantId, "changed",
        Values: Values(context.Message.StartsAt, context.Message.PriceFen), ResellerId: context.Message.ResellerId));

    public Task Consume(ConsumeContext<BookingCancelled> context) => announce.HandleAsync(context, new(
        "booking.cancelled", context.Message.BookingId, null, context.Message.MerchantId,
        Announce.Cancelled(context.Message.OrderId, context.Message.ConfirmedAt),
        Values: Announce.WithRefund(Values(null, null), context.Message.RefundFen),
        ResellerId: context.Message.ResellerId));

    public Task Consume(ConsumeContext<BookingUnitsCancelled> context) => announce.HandleAsync(context, new(
        "booking.units-cancelled", context.Message.BookingId, null, context.Message.MerchantId, "units-cancelled",
        Values: Announce.WithRefund(Values(null, null), context.Message.RefundFen),
        ResellerId: context.Message.ResellerId));

    public Task Consume(ConsumeContext<BookingExpired> context) => announce.HandleAsync(context, new(
        "booking.expired", context.Message.BookingId, null, context.Message.MerchantId,
        Topic(context.Message.OrderId, "expired"), Values: Values(null, null),
        ResellerId: context.Message.ResellerId));

    public Task Consume(ConsumeContext<TicketRedeemed> context) => announce.HandleAsync(context, new(
        "ticket.redeemed", context.Message.BookingId, null, context.Message.MerchantId,
        ResellerId: context.Message.ResellerId));

    // Of an order's parts people hear once, when all of them are theirs.
    private static string? Topic(Guid? order, string topic) => order is null ? topic : null;

    // What kind of thing it is stands until the subject's name is known.
    private static Dictionary<string, string> Values(DateTimeOffset? when, long? fen, DateTimeOffset? until = null) =>
        new()
        {
            ["what.zh"] = "门票", ["what.en"] = "ticket",
            ["when"] = when is null ? "" : Announce.When(when.Value),
            ["price"] = fen is null ? "" : Announce.Yuan(fen.Value),
            ["until"] = until is null ? "" : Announce.When(until.Value),
        };
}

internal sealed class AnnounceStaysConsumer(Announce announce) : IGroupedConsumer,
    IConsumer<StayHeld>, IConsumer<StayConfirmed>, IConsumer<StayChanged>, IConsumer<StayCancelled>,
    IConsumer<StayReleased>, IConsumer<CalendarConflictFound>, IConsumer<HostPaid>
{
    public Task Consume(ConsumeContext<StayHeld> context) => announce.HandleAsync(context, new(
        "stay.held", context.Message.StayId, context.Message.AccountId, context.Message.MerchantId,
        context.Message.OrderId is null ? "held" : null,
        Values: Values(
            Nights(context.Message.Arrival, context.Message.Departure), context.Message.PriceFen,
            Announce.When(context.Message.ExpiresAt)),
        Name: (context.Message.ListingZh, context.Message.ListingEn)));

    public Task Consume(ConsumeContext<StayConfirmed> context) => announce.HandleAsync(context, new(
        "stay.confirmed", context.Message.StayId, context.Message.AccountId, context.Message.MerchantId,
        context.Message.AccountId is null || context.Message.OrderId is not null ? null : "stay-confirmed",
        Values: Values(Nights(context.Message.Arrival, context.Message.Departure), context.Message.PriceFen),
        Name: (context.Message.ListingZh, context.Message.ListingEn)));

    // Of an order that is still being put together people hear as a whole.
    public Task Consume(ConsumeContext<StayChanged> context) => announce.HandleAsync(context, new(
        "stay.changed", context.Message.StayId, null, context.Message.MerchantId,
        context.Message is { OrderId: not null, Confirmed: false } ? null : "changed",
        Values: Values(Nights(context.Message.Arrival, context.Message.Departure), context.Message.PriceFen),
        Name: (context.Message.ListingZh, context.Message.ListingEn)));

    public Task Consume(ConsumeContext<StayCancelled> context) => announce.HandleAsync(context, new(
        "stay.cancelled", context.Message.StayId, null, context.Message.MerchantId,
        Announce.Cancelled(context.Message.OrderId, context.Message.ConfirmedAt),
        Values: Announce.WithRefund(Values("", 0), context.Message.RefundFen)));

    // Given up by its guest it is no news to them.
    public Task Consume(ConsumeContext<StayReleased> context) => announce.HandleAsync(context, new(
        "stay.released", context.Message.StayId,
        Topic: context.Message is { OrderId: null, Reason: "expired" } ? "expired" : null, Values: Values("", 0)));

    // Two parties believe in the same nights: only the host can settle that, and soon.
    public Task Consume(ConsumeContext<CalendarConflictFound> context) => announce.HandleAsync(context, new(
        "stay.calendar-conflict", context.Message.StayId, null, context.Message.MerchantId, "calendar-conflict",
        TellMerchant: true, Values: new()
        {
            ["what"] = context.Message.SourceName, ["when"] = Nights(context.Message.From, context.Message.To),
        }));

    public Task Consume(ConsumeContext<HostPaid> context) => announce.HandleAsync(context, new(
        "host.paid", context.Message.PayoutId, null, context.Message.MerchantId));

    private static string Nights(DateOnly from, DateOnly to) => $"{from:yyyy-MM-dd} – {to:yyyy-MM-dd}";

    private static Dictionary<string, string> Values(string when, long fen, string until = "") => new()
    {
        ["what.zh"] = "民宿", ["what.en"] = "homestay", ["when"] = when, ["price"] = Announce.Yuan(fen),
        ["until"] = until,
    };
}

internal sealed class AnnounceOrdersConsumer(Announce announce) : IGroupedConsumer,
    IConsumer<OrderPlaced>, IConsumer<OrderHeld>, IConsumer<OrderConfirmed>, IConsumer<OrderFailed>,
    IConsumer<OrderCancelled>, IConsumer<OrderStuck>
{
    public Task Consume(ConsumeContext<OrderPlaced> context) => announce.HandleAsync(context, new(
        "order.placed", context.Message.OrderId, context.Message.AccountId, ResellerId: context.Message.ResellerId));

    public Task Consume(ConsumeContext<OrderHeld> context) => announce.HandleAsync(context, new(
        "order.held", context.Message.OrderId, context.Message.AccountId, Topic: "order-held",
        Values: Values(
            context.Message.PriceFen, ("lines", $"{context.Message.Lines}"),
            ("until", Announce.When(context.Message.PayUntil))),
        ResellerId: context.Message.ResellerId));

    public Task Consume(ConsumeContext<OrderConfirmed> context) => announce.HandleAsync(context, new(
        "order.confirmed", context.Message.OrderId, context.Message.AccountId, Topic: "order-confirmed",
        Values: Values(context.Message.PriceFen, ("lines", $"{context.Message.Lines}")),
        ResellerId: context.Message.ResellerId));

    public Task Consume(ConsumeContext<OrderFailed> context) => announce.HandleAsync(context, new(
        "order.failed", context.Message.OrderId, context.Message.AccountId, Topic: context.Message.Reason switch
        {
            "not-paid" => "order-expired",
            "given-up" => "order-cancelled",
            _ => "order-failed",
        },
        Values: Values(context.Message.RefundFen), ResellerId: context.Message.ResellerId));

    public Task Consume(ConsumeContext<OrderCancelled> context) => announce.HandleAsync(context, new(
        "order.cancelled", context.Message.OrderId, context.Message.AccountId, Topic: "order-cancelled",
        Values: Values(context.Message.RefundFen), ResellerId: context.Message.ResellerId));

    // The traveller waits for money and can do nothing: whoever may settle it by hand is told.
    public Task Consume(ConsumeContext<OrderStuck> context)
    {
        var order = context.Message.OrderId;
        return announce.TellAsync(
            context, $"order.stuck:{order}:{context.MessageId}", "order-stuck", order, new(StaffRole: Roles.Admin),
            Values(context.Message.AmountFen, ("reference", BookingReference.Of(order)), ("link", $"/orders/{order}")));
    }

    private static Dictionary<string, string> Values(long fen, params (string Name, string Value)[] more) =>
        new(more.Select(one => KeyValuePair.Create(one.Name, one.Value))) { ["price"] = Announce.Yuan(fen) };
}

internal sealed class AnnounceMoneyConsumer(Announce announce) : IGroupedConsumer,
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
            ["link"] = $"/{context.Message.Purpose}s/{context.Message.SubjectId}",
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

/// <summary>What merchants, finance and the staff hear of cases; the claimant is told by
/// <see cref="TellAccountConsumer"/>.</summary>
internal sealed class AnnounceCasesConsumer(Announce announce) : IGroupedConsumer,
    IConsumer<CaseFiled>, IConsumer<CaseAccepted>, IConsumer<CaseClosed>, IConsumer<CompensationApproved>,
    IConsumer<CompensationPaid>, IConsumer<RecourseOpened>, IConsumer<RecourseDeducted>, IConsumer<RecourseSettled>,
    IConsumer<MerchantSuspended>, IConsumer<MerchantReinstated>, IConsumer<MerchantAsked>, IConsumer<MerchantPromised>,
    IConsumer<ClockDueSoon>, IConsumer<ClockBreached>
{
    private const int BureauIsCalled = 2;

    private static readonly Dictionary<string, (string Zh, string En)> Clocks = new()
    {
        ["register"] = ("登记", "registration"), ["verify"] = ("核实", "verification"),
        ["accept"] = ("受理", "acceptance"), ["merchant-answer"] = ("商家答复", "the merchant's answer"),
        ["investigate"] = ("调查", "investigation"), ["payout"] = ("赔付", "payout"),
        ["mediate"] = ("调解", "mediation"), ["whole"] = ("全程办理", "the whole case"),
        ["promise"] = ("商家履行承诺", "the merchant's promise"),
    };

    public Task Consume(ConsumeContext<CaseFiled> context) => announce.HandleAsync(context, new(
        "case.filed", context.Message.CaseId, null, context.Message.MerchantId,
        context.Message.MerchantId is null ? null : "case-filed", TellMerchant: true,
        Number: context.Message.Number));

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

    public Task Consume(ConsumeContext<MerchantAsked> context) => announce.HandleAsync(context, new(
        "case.merchant-asked", context.Message.CaseId, null, context.Message.MerchantId, "merchant-asked",
        TellMerchant: true, new() { ["until"] = Announce.When(context.Message.DueAt) }));

    public Task Consume(ConsumeContext<MerchantPromised> context) => announce.HandleAsync(context, new(
        "case.merchant-promised", context.Message.CaseId, null, context.Message.MerchantId, "merchant-promised",
        TellMerchant: true, new() { ["until"] = Announce.When(context.Message.DueAt) }));

    // Whoever has the case can still make it; where nobody has, any operator can.
    public Task Consume(ConsumeContext<ClockDueSoon> context) => TellStaffAsync(
        context, "clock-due-soon", context.Message.CaseId, context.Message.Clock, context.Message.DueAt,
        new(context.Message.AssigneeId, StaffRole: context.Message.AssigneeId is null ? Roles.Operator : null));

    public Task Consume(ConsumeContext<ClockBreached> context) => TellStaffAsync(
        context, "clock-breached", context.Message.CaseId, context.Message.Clock, context.Message.DueAt,
        new(context.Message.AssigneeId, StaffRole: context.Message.Escalation >= BureauIsCalled
            ? Roles.Admin : Roles.Operator));

    // No webhook: how the bureau keeps its times is no merchant's affair.
    private Task TellStaffAsync(
        ConsumeContext context, string topic, Guid caseId, string clock, DateTimeOffset dueAt, Recipients to)
    {
        var (zh, en) = Clocks.GetValueOrDefault(clock, (clock, clock));
        return announce.TellAsync(
            context, $"{topic}:{caseId}:{context.MessageId}", topic, caseId, to, new Dictionary<string, string>
            {
                ["reference"] = caseId.ToString(), ["what.zh"] = zh, ["what.en"] = en,
                ["until"] = Announce.When(dueAt), ["link"] = $"/cases/{caseId}",
            });
    }

    private static Announcement Recourse(string type, string topic, Guid subject, Guid merchant, long fen) => new(
        type, subject, null, merchant, topic, TellMerchant: true, new() { ["price"] = Announce.Yuan(fen) });
}

/// <summary>What another service wants an account to know: offers of the waiting list, steps of a case.</summary>
internal sealed class TellAccountConsumer(Announce announce, Templates templates) : IGroupedConsumer,
    IConsumer<NotifyAccount>
{
    public Task Consume(ConsumeContext<NotifyAccount> context)
    {
        var asked = context.Message;
        return templates.Topics.Contains(asked.Topic)
            ? announce.TellAsync(context, asked.Key, asked.Topic, null, new(asked.AccountId), asked.Values)
            : throw new InvalidOperationException($"There is no template for {asked.Topic}.");
    }
}
