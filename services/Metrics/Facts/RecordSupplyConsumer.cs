using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Contracts.Routes.V1;
using MassTransit;

namespace Jingdezhen.Tourism.Metrics.Facts;

internal sealed class RecordSupplyConsumer(FactBook book)
    : IConsumer<Batch<ListingChanged>>, IConsumer<Batch<MerchantJoined>>, IConsumer<Batch<MerchantChanged>>,
      IConsumer<Batch<RouteChanged>>
{
    public Task Consume(ConsumeContext<Batch<ListingChanged>> context) =>
        book.RecordAsync(context, (listing, origin) => new SupplyFact
        {
            MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated || listing.Demonstration,
            Kind = SupplyFact.Listing, SubjectId = listing.HouseholdId, ItemId = listing.ListingId, Version = listing.Version,
            Active = listing.Active, County = listing.County, Village = listing.Village, ResidentRun = listing.ResidentRun,
            Rooms = listing.Rooms,
        });

    public Task Consume(ConsumeContext<Batch<MerchantJoined>> context) =>
        book.RecordAsync(context, (merchant, origin) => new SupplyFact
        {
            MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
            Kind = SupplyFact.Merchant, SubjectId = merchant.MerchantId, ItemId = merchant.MerchantId,
            Version = merchant.Version, Active = true, Role = merchant.Kind, County = merchant.County,
        });

    public Task Consume(ConsumeContext<Batch<MerchantChanged>> context) =>
        book.RecordAsync(context, (merchant, origin) => new SupplyFact
        {
            MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
            Kind = SupplyFact.Merchant, SubjectId = merchant.MerchantId, ItemId = merchant.MerchantId,
            Version = merchant.Version, Active = true, Role = merchant.Kind, County = merchant.County,
        });

    public Task Consume(ConsumeContext<Batch<RouteChanged>> context) =>
        book.RecordAsync(context, (route, origin) => new SupplyFact
        {
            MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
            Kind = SupplyFact.Route, SubjectId = route.RouteId, ItemId = route.RouteId, Version = route.Version,
            Active = route is { OnOffer: true, Valid: true }, DayAndNight = route.Themes.Contains("day-night"),
        });
}
