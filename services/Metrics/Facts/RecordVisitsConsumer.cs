using Jingdezhen.Tourism.Contracts.Bookings.V1;
using MassTransit;

namespace Jingdezhen.Tourism.Metrics.Facts;

internal sealed class RecordVisitsConsumer(FactBook book) : IConsumer<Batch<TicketRedeemed>>
{
    public Task Consume(ConsumeContext<Batch<TicketRedeemed>> context) => book.RecordAsync(context, Read);

    internal static VisitFact Read(TicketRedeemed redeemed, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        SubjectId = redeemed.BookingId, AvailabilityId = redeemed.AvailabilityId, ProductId = redeemed.ProductId,
        MerchantId = redeemed.MerchantId, VenueId = redeemed.VenueId, County = redeemed.County,
        ProductKind = redeemed.ProductKind, Channel = redeemed.Channel, Source = redeemed.Source,
        Campaign = redeemed.Campaign, GuestKey = redeemed.GuestKey, Country = redeemed.CountryOfResidence,
        AgeBand = redeemed.AgeBand, Visitors = redeemed.Visitors, ReEntry = redeemed.ReEntry,
        StartsAt = redeemed.StartsAt.ToUniversalTime(),
    };
}
