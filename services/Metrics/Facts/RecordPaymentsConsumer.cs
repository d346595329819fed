using Jingdezhen.Tourism.Contracts.Payments.V1;
using MassTransit;

namespace Jingdezhen.Tourism.Metrics.Facts;

internal sealed class RecordPaymentsConsumer(FactBook book)
    : IConsumer<Batch<PaymentCaptured>>, IConsumer<Batch<RefundSettled>>, IConsumer<Batch<PayoutSettled>>
{
    public Task Consume(ConsumeContext<Batch<PaymentCaptured>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<RefundSettled>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<PayoutSettled>> context) => book.RecordAsync(context, Read);

    internal static PaymentFact Read(PaymentCaptured captured, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = PaymentFact.Captured, SubjectId = captured.PaymentId, Purpose = captured.Purpose,
        Method = captured.Method, AmountFen = captured.AmountFen,
    };

    internal static PaymentFact Read(RefundSettled refund, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = PaymentFact.Refunded, SubjectId = refund.RefundId, Purpose = refund.Purpose,
        AmountFen = refund.AmountFen,
    };

    internal static PaymentFact Read(PayoutSettled payout, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = PaymentFact.PaidOut, SubjectId = payout.PayoutId, Purpose = payout.Purpose,
        AmountFen = payout.AmountFen,
    };
}
