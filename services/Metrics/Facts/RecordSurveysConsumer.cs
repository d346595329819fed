using Jingdezhen.Tourism.Contracts.Complaints.V1;
using MassTransit;

namespace Jingdezhen.Tourism.Metrics.Facts;

internal sealed class RecordSurveysConsumer(FactBook book)
    : IConsumer<Batch<SurveyOpened>>, IConsumer<Batch<SurveyAnswered>>
{
    public Task Consume(ConsumeContext<Batch<SurveyOpened>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<SurveyAnswered>> context) => book.RecordAsync(context, Read);

    internal static SurveyFact Read(SurveyOpened opened, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        SubjectId = opened.SurveyId, About = opened.Subject, MerchantId = opened.MerchantId,
        ProductId = opened.ProductId,
        ProductKind = opened.ProductKind, County = opened.County, OpenedAt = origin.OccurredAt,
    };

    internal static SurveyFact Read(SurveyAnswered answered, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        SubjectId = answered.SurveyId, About = answered.Subject, MerchantId = answered.MerchantId,
        ProductId = answered.ProductId, ProductKind = answered.ProductKind, County = answered.County,
        Score = answered.Score, OpenedAt = answered.OpenedAt.ToUniversalTime(),
    };
}
