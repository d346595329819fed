using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Homestays.V1;

namespace Jingdezhen.Tourism.Metrics.Tests;

/// <summary>Messages as the other services send them, with only what a test cares about spelled out.</summary>
internal static class Given
{
    public static readonly Guid Merchant = Guid.CreateVersion7();
    public static readonly Guid Product = Guid.CreateVersion7();

    /// <summary>Noon of a day in Jingdezhen.</summary>
    public static DateTimeOffset Noon(DateOnly day) => new(day.ToDateTime(new TimeOnly(12, 0)), TimeSpan.FromHours(8));

    public static BookingConfirmed Sale(
        string channel, int visitors, long fen, string authority = "payment", string? guest = null,
        string county = "Zhushan",
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

    public static BookingUnitsCancelled UnitsCancelled(this BookingConfirmed sale, int visitors, string refund,
        long fen) => new(
        sale.BookingId, sale.ProductId, sale.AvailabilityId, sale.MerchantId, ConfirmedAt: Noon(new(2026, 5, 1)),
        refund, fen, Units: visitors, visitors, VisitorsLeft: sale.Visitors - visitors,
        AgeBands: new Dictionary<string, int>());

    public static TicketRedeemed Redeemed(
        int visitors = 1, string? guest = null, string? ageBand = null, string? country = null, bool reEntry = false,
        string venue = "imperial-kiln-museum", string county = "Zhushan", string kind = "museum",
        Guid? availability = null,
        DateTimeOffset? startsAt = null, Guid? merchant = null, Guid? product = null) => new(
        BookingId: Guid.CreateVersion7(), UnitItemId: Guid.CreateVersion7(), product ?? Product,
        availability ?? Guid.CreateVersion7(), merchant ?? Merchant, venue, county, kind, Channel: "app", Source: null,
        Campaign: null, guest, country, ageBand, visitors, reEntry, startsAt ?? Noon(new(2026, 5, 2)));

    public static StayCheckedOut CheckedOut(
        string guest, DateOnly arrival, int nights, long fen = 30_000, long hostFen = 25_000, Guid? household = null,
        string? village = null) => new(
        StayId: Guid.CreateVersion7(), OrderId: null, ListingId: Guid.CreateVersion7(), Merchant,
        household ?? Guid.CreateVersion7(), village, County: "Fuliang", ResidentRun: true, arrival,
        arrival.AddDays(nights),
        nights, Guests: 2, guest, CountryOfResidence: null, fen, hostFen, PlatformFeeFen: fen - hostFen - 1000,
        VillageFundFen: 1000);

    public static StayConfirmed Stay(string guest, DateOnly arrival, int nights, long fen) => new(
        StayId: Guid.CreateVersion7(), OrderId: null, AccountId: null, ListingId: Guid.CreateVersion7(),
        RoomId: Guid.CreateVersion7(), Merchant, HouseholdId: Guid.CreateVersion7(), Village: null, County: "Fuliang",
        ResidentRun: true, arrival, arrival.AddDays(nights), Guests: 2, Channel: "app", Source: null, Campaign: null,
        guest,
        CountryOfResidence: null, fen, Currency: "CNY", Authority: "payment");

    public static StayChanged Moved(this StayConfirmed stay, DateOnly arrival, int nights, long fen) => new(
        stay.StayId, OrderId: null, stay.ListingId, stay.RoomId, stay.MerchantId, arrival, arrival.AddDays(nights), fen,
        RefundFen: stay.PriceFen - fen, Confirmed: true);

    public static CaseFiled Filed() => new(
        CaseId: Guid.CreateVersion7(), Merchant, Product, BookingId: null, StayId: null, VenueId: null,
        County: "Zhushan",
        Category: "price", Channel: "app", Complainants: 1, ClaimedFen: 9_500);

    public static CaseClosed Closed(this CaseFiled filed, string outcome, DateTimeOffset filedAt, long version = 1) =>
        new(
        filed.CaseId, filed.MerchantId, filed.ProductId, filed.VenueId, filed.County, filed.Category, outcome, filedAt,
        AcceptedAt: null, DecidedAt: null, ClocksMet: 2, ClocksBreached: 1, version);
}
