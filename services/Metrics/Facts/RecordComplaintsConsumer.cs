using Jingdezhen.Tourism.Contracts.Complaints.V1;
using MassTransit;

namespace Jingdezhen.Tourism.Metrics.Facts;

internal sealed class RecordComplaintsConsumer(FactBook book)
    : IConsumer<Batch<CaseFiled>>, IConsumer<Batch<CaseAccepted>>, IConsumer<Batch<CaseClosed>>,
      IConsumer<Batch<ClockBreached>>
{
    public Task Consume(ConsumeContext<Batch<CaseFiled>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<CaseAccepted>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<CaseClosed>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<ClockBreached>> context) => book.RecordAsync(context, Read);

    internal static ComplaintFact Read(CaseFiled filed, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = ComplaintFact.Filed, SubjectId = filed.CaseId, MerchantId = filed.MerchantId,
        ProductId = filed.ProductId,
        VenueId = filed.VenueId, County = filed.County, Category = filed.Category, Channel = filed.Channel,
    };

    internal static ComplaintFact Read(CaseAccepted accepted, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = ComplaintFact.Accepted, SubjectId = accepted.CaseId, MerchantId = accepted.MerchantId,
        County = accepted.County, Category = accepted.Category, FiledAt = accepted.FiledAt.ToUniversalTime(),
    };

    internal static ComplaintFact Read(CaseClosed closed, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = ComplaintFact.Closed, SubjectId = closed.CaseId, MerchantId = closed.MerchantId,
        ProductId = closed.ProductId,
        VenueId = closed.VenueId, County = closed.County, Category = closed.Category,
        Channel = closed.Channel, Outcome = closed.Outcome,
        FiledAt = closed.FiledAt.ToUniversalTime(), DecidedAt = closed.DecidedAt?.ToUniversalTime(),
        ClocksMet = closed.ClocksMet, ClocksBreached = closed.ClocksBreached, Version = closed.Version,
    };

    internal static ComplaintFact Read(ClockBreached breached, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = ComplaintFact.Breached, SubjectId = breached.CaseId, Clock = breached.Clock, ClockKind = breached.Kind,
    };
}
