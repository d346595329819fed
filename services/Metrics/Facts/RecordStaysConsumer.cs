using Jingdezhen.Tourism.Contracts.Homestays.V1;
using MassTransit;

namespace Jingdezhen.Tourism.Metrics.Facts;

internal sealed class RecordStaysConsumer(FactBook book)
    : IConsumer<Batch<StayConfirmed>>, IConsumer<Batch<StayChanged>>, IConsumer<Batch<StayCancelled>>,
      IConsumer<Batch<StayCheckedOut>>
{
    public Task Consume(ConsumeContext<Batch<StayConfirmed>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<StayChanged>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<StayCancelled>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<StayCheckedOut>> context) => book.RecordAsync(context, Read);

    internal static StayFact Read(StayConfirmed stay, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = StayFact.Confirmed, SubjectId = stay.StayId, WasConfirmed = true, ListingId = stay.ListingId,
        MerchantId = stay.MerchantId, HouseholdId = stay.HouseholdId, Village = stay.Village, County = stay.County,
        ResidentRun = stay.ResidentRun, Channel = stay.Channel, Source = stay.Source, Campaign = stay.Campaign,
        GuestKey = stay.GuestKey, Country = stay.CountryOfResidence, Guests = stay.Guests, Arrival = stay.Arrival,
        Nights = stay.Departure.DayNumber - stay.Arrival.DayNumber, PriceFen = stay.PriceFen,
    };

    internal static StayFact Read(StayChanged stay, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = StayFact.Changed, SubjectId = stay.StayId, WasConfirmed = stay.Confirmed, ListingId = stay.ListingId,
        MerchantId = stay.MerchantId, Arrival = stay.Arrival,
        Nights = stay.Departure.DayNumber - stay.Arrival.DayNumber, PriceFen = stay.PriceFen,
    };

    internal static StayFact Read(StayCancelled stay, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = StayFact.Cancelled, SubjectId = stay.StayId, WasConfirmed = stay.ConfirmedAt is not null,
        ListingId = stay.ListingId, MerchantId = stay.MerchantId, Refund = stay.Refund, RefundFen = stay.RefundFen,
    };

    internal static StayFact Read(StayCheckedOut stay, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = StayFact.CheckedOut, SubjectId = stay.StayId, WasConfirmed = true, ListingId = stay.ListingId,
        MerchantId = stay.MerchantId, HouseholdId = stay.HouseholdId, Village = stay.Village, County = stay.County,
        ResidentRun = stay.ResidentRun, GuestKey = stay.GuestKey, Country = stay.CountryOfResidence,
        Guests = stay.Guests,
        Arrival = stay.Arrival, Nights = stay.Nights, PriceFen = stay.PriceFen, HostShareFen = stay.HostShareFen,
        VillageFundFen = stay.VillageFundFen,
    };
}
