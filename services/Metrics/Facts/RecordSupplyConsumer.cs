using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Contracts.Routes.V1;
using MassTransit;

namespace Jingdezhen.Tourism.Metrics.Facts;

internal sealed class RecordSupplyConsumer(FactBook book)
    : IConsumer<Batch<ListingChanged>>, IConsumer<Batch<MerchantJoined>>, IConsumer<Batch<MerchantChanged>>,
      IConsumer<Batch<RouteChanged>>
{
    public Task Consume(ConsumeContext<Batch<ListingChanged>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<MerchantJoined>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<MerchantChanged>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<RouteChanged>> context) => book.RecordAsync(context, Read);

    internal static SupplyFact Read(ListingChanged listing, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt,
        Simulated = origin.Simulated || listing.Demonstration,
        Kind = SupplyFact.Listing, SubjectId = listing.HouseholdId, ItemId = listing.ListingId,
        Version = listing.Version,
        Active = listing.Active, County = listing.County, Village = listing.Village, ResidentRun = listing.ResidentRun,
        Rooms = listing.Rooms,
    };

    internal static SupplyFact Read(MerchantJoined merchant, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Kind = SupplyFact.Merchant, SubjectId = merchant.MerchantId, ItemId = merchant.MerchantId,
        Version = merchant.Version, Active = true, Role = merchant.Kind, County = merchant.County,
    };

    internal static SupplyFact Read(MerchantChanged merchant, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Kind = SupplyFact.Merchant, SubjectId = merchant.MerchantId, ItemId = merchant.MerchantId,
        Version = merchant.Version, Active = true, Role = merchant.Kind, County = merchant.County,
    };

    internal static SupplyFact Read(RouteChanged route, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Kind = SupplyFact.Route, SubjectId = route.RouteId, ItemId = route.RouteId, Version = route.Version,
        Active = route is { OnOffer: true, Valid: true }, DayAndNight = route.Themes.Contains("day-night"),
        AcrossCounties = route.Counties.Distinct().Count() > 1, Tea = route.Themes.Contains("tea"),
    };
}
