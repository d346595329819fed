using Jingdezhen.Tourism.Contracts.Bookings.V1;

namespace Jingdezhen.Tourism.Metrics.Tests;

/// <summary>Messages as the other services send them, with only what a test cares about spelled out.</summary>
internal static class Given
{
    public static readonly Guid Merchant = Guid.CreateVersion7();
    public static readonly Guid Product = Guid.CreateVersion7();

    /// <summary>Noon of a day in Jingdezhen.</summary>
    public static DateTimeOffset Noon(DateOnly day) => new(day.ToDateTime(new TimeOnly(12, 0)), TimeSpan.FromHours(8));

    public static BookingConfirmed Sale(
        string channel, int visitors, long fen, string authority = "payment", string? guest = null, string county = "Zhushan",
        string kind = "museum", string? country = null, Dictionary<string, int>? ages = null, Guid? merchant = null,
        Guid? product = null, string? source = null, DateTimeOffset? startsAt = null, bool night = false,
        string venue = "imperial-kiln-museum") => new(
        BookingId: Guid.CreateVersion7(), OrderId: null, AccountId: null, ProductId: product ?? Product,
        OptionId: Guid.CreateVersion7(), AvailabilityId: Guid.CreateVersion7(), MerchantId: merchant ?? Merchant,
        VenueId: venue, County: county, ProductKind: kind, Night: night, Channel: channel,
        Source: source, Campaign: null, GuestKey: guest, CountryOfResidence: country,
        AgeBands: ages ?? [], Visitors: visitors, Units: visitors, PriceFen: fen, Currency: "CNY",
        Authority: authority, StartsAt: startsAt ?? Noon(new(2026, 5, 20)), EndsAt: Noon(new(2026, 5, 21)),
        HeldAt: Noon(new(2026, 5, 1)));

    public static BookingCancelled Cancelled(this BookingConfirmed sale, string refund, long fen) => new(
        sale.BookingId, sale.OrderId, sale.ProductId, sale.AvailabilityId, sale.MerchantId,
        ConfirmedAt: Noon(new(2026, 5, 1)), refund, fen, sale.Visitors, Reason: "wish");

    public static BookingUnitsCancelled UnitsCancelled(this BookingConfirmed sale, int visitors, string refund, long fen) => new(
        sale.BookingId, sale.ProductId, sale.AvailabilityId, sale.MerchantId, ConfirmedAt: Noon(new(2026, 5, 1)),
        refund, fen, Units: visitors, visitors, VisitorsLeft: sale.Visitors - visitors, AgeBands: new Dictionary<string, int>());
}
