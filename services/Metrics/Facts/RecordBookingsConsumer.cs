using Jingdezhen.Tourism.Contracts.Bookings.V1;
using MassTransit;

namespace Jingdezhen.Tourism.Metrics.Facts;

internal sealed class RecordBookingsConsumer(FactBook book)
    : IConsumer<Batch<BookingHeld>>, IConsumer<Batch<BookingExpired>>, IConsumer<Batch<BookingConfirmed>>,
      IConsumer<Batch<BookingChanged>>, IConsumer<Batch<BookingUnitsCancelled>>, IConsumer<Batch<BookingCancelled>>
{
    public Task Consume(ConsumeContext<Batch<BookingHeld>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<BookingExpired>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<BookingConfirmed>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<BookingChanged>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<BookingUnitsCancelled>> context) => book.RecordAsync(context, Read);

    public Task Consume(ConsumeContext<Batch<BookingCancelled>> context) => book.RecordAsync(context, Read);

    internal static BookingFact Read(BookingHeld held, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = BookingFact.Held, SubjectId = held.BookingId,
        ProductId = held.ProductId, MerchantId = held.MerchantId, VenueId = held.VenueId, Channel = held.Channel,
        Source = held.Source, Campaign = held.Campaign, Visitors = held.Visitors, PriceFen = held.PriceFen,
        StartsAt = held.StartsAt.ToUniversalTime(),
    };

    internal static BookingFact Read(BookingExpired expired, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = BookingFact.Expired, SubjectId = expired.BookingId,
        ProductId = expired.ProductId, MerchantId = expired.MerchantId, Channel = expired.Channel,
        Source = expired.Source, Campaign = expired.Campaign, Visitors = expired.Visitors,
    };

    internal static BookingFact Read(BookingConfirmed sold, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = BookingFact.Confirmed, SubjectId = sold.BookingId, WasConfirmed = true,
        ProductId = sold.ProductId, MerchantId = sold.MerchantId, VenueId = sold.VenueId, County = sold.County,
        ProductKind = sold.ProductKind, Night = sold.Night, Channel = sold.Channel, Source = sold.Source,
        Campaign = sold.Campaign, GuestKey = sold.GuestKey, Country = sold.CountryOfResidence,
        Age0To13 = sold.AgeBands.GetValueOrDefault("0-13"), Age14To17 = sold.AgeBands.GetValueOrDefault("14-17"),
        Age18To35 = sold.AgeBands.GetValueOrDefault("18-35"), Age36To59 = sold.AgeBands.GetValueOrDefault("36-59"),
        Age60Up = sold.AgeBands.GetValueOrDefault("60+"),
        Visitors = sold.Visitors, PriceFen = sold.PriceFen, StartsAt = sold.StartsAt.ToUniversalTime(),
    };

    internal static BookingFact Read(BookingChanged changed, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = BookingFact.Changed, SubjectId = changed.BookingId, WasConfirmed = changed.Confirmed,
        ProductId = changed.ProductId, MerchantId = changed.MerchantId,
        Visitors = changed.Visitors, PriceFen = changed.PriceFen, StartsAt = changed.StartsAt.ToUniversalTime(),
    };

    internal static BookingFact Read(BookingUnitsCancelled cancelled, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = BookingFact.UnitsCancelled, SubjectId = cancelled.BookingId, WasConfirmed = true,
        ProductId = cancelled.ProductId, MerchantId = cancelled.MerchantId, Refund = cancelled.Refund,
        RefundFen = cancelled.RefundFen, Visitors = cancelled.Visitors,
        Age0To13 = cancelled.AgeBands.GetValueOrDefault("0-13"),
        Age14To17 = cancelled.AgeBands.GetValueOrDefault("14-17"),
        Age18To35 = cancelled.AgeBands.GetValueOrDefault("18-35"),
        Age36To59 = cancelled.AgeBands.GetValueOrDefault("36-59"),
        Age60Up = cancelled.AgeBands.GetValueOrDefault("60+"),
    };

    internal static BookingFact Read(BookingCancelled cancelled, Origin origin) => new()
    {
        MessageId = origin.MessageId, OccurredAt = origin.OccurredAt, Simulated = origin.Simulated,
        Event = BookingFact.Cancelled, SubjectId = cancelled.BookingId,
        WasConfirmed = cancelled.ConfirmedAt is not null,
        ProductId = cancelled.ProductId, MerchantId = cancelled.MerchantId, Refund = cancelled.Refund,
        RefundFen = cancelled.RefundFen, Visitors = cancelled.Visitors,
    };
}
