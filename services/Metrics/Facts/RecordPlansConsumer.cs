using Jingdezhen.Tourism.Contracts.Routes.V1;
using MassTransit;

namespace Jingdezhen.Tourism.Metrics.Facts;

internal sealed class RecordPlansConsumer(FactBook book)
    : IConsumer<Batch<RouteViewed>>, IConsumer<Batch<ItineraryPlanned>>, IConsumer<Batch<ItineraryReplanned>>
{
    public Task Consume(ConsumeContext<Batch<RouteViewed>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<ItineraryPlanned>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<ItineraryReplanned>> context) => book.RecordAsync(context, Read);

    internal static RouteFact Read(RouteViewed viewed, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        SubjectId = viewed.RouteId, Source = viewed.Source, Campaign = viewed.Campaign,
    };

    internal static PlanFact Read(ItineraryPlanned planned, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = PlanFact.Planned, SubjectId = planned.ItineraryId, RouteId = planned.RouteId, Days = planned.Days,
        Counties = planned.Counties.Distinct().Count(), Source = planned.Source, Campaign = planned.Campaign,
    };

    internal static PlanFact Read(ItineraryReplanned replanned, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = PlanFact.Replanned, SubjectId = replanned.ItineraryId, Cause = replanned.Cause,
    };
}
