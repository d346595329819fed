using Jingdezhen.Tourism.Contracts.Complaints.V1;
using MassTransit;

namespace Jingdezhen.Tourism.Metrics.Facts;

internal sealed class RecordCompensationConsumer(FactBook book)
    : IConsumer<Batch<CompensationApproved>>, IConsumer<Batch<CompensationPaid>>, IConsumer<Batch<RecourseOpened>>,
      IConsumer<Batch<RecourseSettled>>
{
    public Task Consume(ConsumeContext<Batch<CompensationApproved>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<CompensationPaid>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<RecourseOpened>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<RecourseSettled>> context) => book.RecordAsync(context, Read);

    internal static CompensationFact Read(CompensationApproved approved, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = CompensationFact.Approved, SubjectId = approved.CaseId, MerchantId = approved.MerchantId,
        County = approved.County, Category = approved.Category, AmountFen = approved.AmountFen,
        ApprovedAt = approved.ApprovedAt.ToUniversalTime(),
    };

    internal static CompensationFact Read(CompensationPaid paid, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = CompensationFact.Paid, SubjectId = paid.CaseId, MerchantId = paid.MerchantId, County = paid.County,
        Category = paid.Category, AmountFen = paid.AmountFen, ApprovedAt = paid.ApprovedAt.ToUniversalTime(),
        SettledAt = paid.SettledAt.ToUniversalTime(),
    };

    internal static CompensationFact Read(RecourseOpened opened, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = CompensationFact.RecourseOpened, SubjectId = opened.CaseId, MerchantId = opened.MerchantId,
        AmountFen = opened.AmountFen,
    };

    internal static CompensationFact Read(RecourseSettled settled, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = CompensationFact.RecourseSettled, SubjectId = settled.CaseId, MerchantId = settled.MerchantId,
        County = settled.County, Category = settled.Category, AmountFen = settled.AmountFen, Outcome = settled.Outcome,
        MerchantKind = settled.MerchantKind, Village = settled.Village,
    };
}
