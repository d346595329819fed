using System.Text.Json;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Suppliers;

namespace Jingdezhen.Tourism.Bookings.Octo;

/// <summary>A local start of a schedule and how long a slot lasts from there.</summary>
internal sealed record OctoStart(TimeOnly At, int Minutes);

/// <summary>Our products, slots and bookings as OCTO shows them.</summary>
internal static class OctoView
{
    private const string Currency = "CNY";
    private const int CurrencyPrecision = 2;
    private static readonly string[] ContactFields = [];

    public static OctoSupplier Supplier(Supplier supplier, string endpoint, OctoWants wants) => new(
        supplier.Id.ToString(), wants.Chinese ? supplier.NameZh : supplier.NameEn, endpoint,
        new(supplier.Website, supplier.Email, supplier.Telephone, supplier.Address))
    {
        ShortDescription = wants.Content ? (wants.Chinese ? supplier.NameZh : supplier.NameEn) : null,
        Media = wants.Content ? [] : null,
    };

    /// <param name="starts">The local starts of each option's schedules.</param>
    public static OctoProduct Product(Product product, ILookup<Guid, OctoStart> starts, OctoWants wants)
    {
        var title = wants.Chinese ? product.NameZh : product.NameEn;
        var summary = wants.Chinese ? product.SummaryZh : product.SummaryEn;
        var all = product.Options.SelectMany(option => starts[option.Id]).ToList();
        return new(
            product.Id.ToString(), product.NameEn, product.Code, wants.Chinese ? "zh" : "en", "Asia/Shanghai",
            AllowFreesale: false, InstantConfirmation: true, InstantDelivery: true, AvailabilityRequired: true,
            product.AvailabilityType == AvailabilityType.StartTime ? "START_TIME" : "OPENING_HOURS",
            DeliveryFormats: ["QRCODE"], DeliveryMethods: ["TICKET"], RedemptionMethod: "DIGITAL",
            product.Options.ConvertAll(option => Option(product, option, starts[option.Id].ToList(), wants)))
        {
            DefaultCurrency = wants.Pricing ? Currency : null,
            AvailableCurrencies = wants.Pricing ? [Currency] : null,
            PricingPer = wants.Pricing ? (product.PricedPer == PricedPer.Unit ? "UNIT" : "BOOKING") : null,
            Title = wants.Content ? title : null,
            ShortDescription = wants.Content ? summary : null,
            Description = wants.Content ? summary : null,
            Features = wants.Content ? AssumedFeature(product) : null,
            Faqs = wants.Content ? [] : null,
            Media = wants.Content ? [] : null,
            Locations = wants.Content ? [Location(product, title)] : null,
            CategoryLabels = wants.Content ? Labels(product) : null,
            DurationMinutesFrom = wants.Content ? Minutes(all).Min() : null,
            DurationMinutesTo = wants.Content ? Minutes(all).Max() : null,
            Commentary = wants.Content ? Commentary(product) : null,
        };
    }

    public static OctoAvailability Availability(
        SlotRow slot, Product product, Option option, OctoWants wants, IReadOnlyList<OctoUnitQuantity>? units = null)
    {
        var visitors = (units ?? []).Sum(unit =>
            (unit.Quantity ?? 0) * (option.Units.Find(known => known.Id.ToString() == unit.Id)?.PaxCount ?? 0));
        var closed = slot.Closed || slot.PastCutoff;
        return new(
            slot.Id.ToString(), OctoJson.Local(slot.StartsAt), OctoJson.Local(slot.EndsAt), OctoJson.Utc(slot.CutoffAt),
            AllDay: product.AvailabilityType == AvailabilityType.OpeningHours,
            Available: !closed && slot.Vacancies > 0 && slot.Vacancies >= visitors,
            SlotView.StatusOf(closed, slot.Capacity, slot.Vacancies), slot.Vacancies, slot.Capacity, option.MaxUnits,
            [Hours(slot)])
        {
            UnitPricing = wants.Pricing && product.PricedPer == PricedPer.Unit ? UnitPricing(option) : null,
            Pricing = !wants.Pricing ? null : product.PricedPer == PricedPer.Booking ? Price(option.PriceFen!.Value)
                : units is { Count: > 0 } ? Price(PriceOf(units, option)) : null,
            Title = wants.Content ? (wants.Chinese ? option.NameZh : option.NameEn) : null,
            ShortDescription = wants.Content ? "" : null,
        };
    }

    public static OctoCalendarDay Day(
        DateOnly day, List<SlotRow> slots, Product product, Option option, OctoWants wants)
    {
        var open = slots.Where(slot => !slot.Closed && !slot.PastCutoff).ToList();
        int vacancies = open.Sum(slot => slot.Vacancies), capacity = open.Sum(slot => slot.Capacity);
        return new(
            OctoJson.Date(day), Available: vacancies > 0, SlotView.StatusOf(open.Count == 0, capacity, vacancies),
            vacancies, capacity, slots.ConvertAll(Hours).Distinct().ToList())
        {
            UnitPricingFrom = wants.Pricing && product.PricedPer == PricedPer.Unit ? UnitPricing(option) : null,
            PricingFrom = wants.Pricing && product.PricedPer == PricedPer.Booking ? Price(option.PriceFen!.Value)
                : null,
        };
    }

    /// <param name="codes">The signed code of each unit item, once there are tickets.</param>
    public static OctoBooking Booking(
        Booking booking, SlotRow slot, Product product, ILookup<Guid, OctoStart> starts,
        IReadOnlyDictionary<Guid, string> codes, DateTimeOffset now, OctoWants wants)
    {
        var option = product.Options.Single(known => known.Id == booking.OptionId);
        var status = booking.StatusAt(now);
        return new(
            booking.Id.ToString(), booking.Uuid.ToString(), TestMode: false, booking.ResellerReference,
            booking.Reference, Name(status), OctoJson.Utc(booking.CreatedAt), OctoJson.Utc(booking.UpdatedAt),
            status is BookingStatus.OnHold or BookingStatus.Expired ? OctoJson.Utc(booking.ExpiresAt) : null,
            OctoJson.Utc(booking.RedeemedAt), OctoJson.Utc(booking.ConfirmedAt), booking.ProductId.ToString(),
            Product(product, starts, wants), booking.OptionId.ToString(),
            Option(product, option, starts[option.Id].ToList(), wants),
            Cancellable: status is BookingStatus.OnHold or BookingStatus.Confirmed
                && !booking.UnitItems.Exists(item => item.Status == UnitStatus.Redeemed),
            Cancellation(booking, status), Freesale: false, booking.SlotId.ToString(),
            Availability(slot, product, option, wants), Contact(booking.Contact), booking.Notes,
            DeliveryMethods: ["TICKET"], Voucher: null,
            booking.UnitItems.Where(item => item.Status != UnitStatus.Cancelled).OrderBy(item => item.Position)
                .Select(item => UnitItem(item, booking, option, status, codes, wants)).ToList())
        {
            Pricing = wants.Pricing ? Price(booking.PriceFen) : null,
        };
    }

    public static OctoPricing Price(long fen) => new(fen, fen, fen, Currency, CurrencyPrecision, []);

    private static OctoUnitItem UnitItem(
        UnitItem item, Booking booking, Option option, BookingStatus status, IReadOnlyDictionary<Guid, string> codes,
        OctoWants wants)
    {
        var redeemed = item.Status == UnitStatus.Redeemed;
        return new(
            item.Id.ToString(), item.ResellerReference, $"{booking.Reference}-{item.Position + 1}",
            item.UnitId.ToString(), Unit(option.Units.Single(unit => unit.Id == item.UnitId), wants),
            redeemed ? "REDEEMED" : Name(status), OctoJson.Utc(item.RedeemedAt), Contact(item.Contact),
            new("DIGITAL", OctoJson.Utc(item.RedeemedAt),
                codes.TryGetValue(item.Id, out var code) ? [new("QRCODE", code)] : []))
        {
            Pricing = wants.Pricing ? Price(item.PriceFen) : null,
        };
    }

    private static OctoCancellation? Cancellation(Booking booking, BookingStatus status) => status switch
    {
        BookingStatus.Cancelled =>
            new(booking.Refund ?? Refund.None, booking.CancelReason is { Length: > 0 } why ? why : null,
            OctoJson.Utc(booking.CancelledAt)),
        BookingStatus.Expired => new(Refund.None, null, OctoJson.Utc(booking.ExpiresAt)),
        _ => null,
    };

    private static string Name(BookingStatus status) => status == BookingStatus.OnHold ? "ON_HOLD"
        : status.ToString().ToUpperInvariant();

    private static OctoContact Contact(string? stored) =>
        (stored is null ? null : JsonSerializer.Deserialize<OctoContact>(stored, OctoJson.Options)) is { } contact
            ? contact with { Locales = contact.Locales ?? [] }
            : new(Locales: []);

    private static OctoOption Option(Product product, Option option, List<OctoStart> starts, OctoWants wants)
    {
        var cutoff = product.RefundTiers.Where(tier => tier.Percent == 100).Select(tier => tier.HoursBefore)
            .DefaultIfEmpty(0).Min();
        return new(
            option.Id.ToString(), option.IsDefault, option.NameEn, option.Code,
            product.AvailabilityType == AvailabilityType.OpeningHours ? []
                : [.. starts.Select(start => start.At).Distinct().Order()
                    .Select(time => time.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture))],
            $"{cutoff} hours", cutoff, "hour", ContactFields, new(option.MinUnits, option.MaxUnits),
            option.Units.ConvertAll(unit => Unit(unit, wants)))
        {
            PricingFrom = wants.Pricing && option.PriceFen is { } price ? [Price(price)] : null,
            Pricing = wants.Pricing && option.PriceFen is { } fixedPrice ? [Price(fixedPrice)] : null,
            Title = wants.Content ? (wants.Chinese ? option.NameZh : option.NameEn) : null,
            ShortDescription = wants.Content ? "" : null,
            Description = wants.Content ? "" : null,
            Features = wants.Content ? [] : null,
            Faqs = wants.Content ? [] : null,
            Media = wants.Content ? [] : null,
            Locations = wants.Content ? [] : null,
            CategoryLabels = wants.Content ? Labels(product) : null,
            DurationMinutesFrom = wants.Content ? Minutes(starts).Min() : null,
            DurationMinutesTo = wants.Content ? Minutes(starts).Max() : null,
            Commentary = wants.Content ? Commentary(product) : null,
        };
    }

    // What has no schedule yet lasts for nothing.
    private static IEnumerable<int> Minutes(List<OctoStart> starts) => starts.Select(start => start.Minutes)
        .DefaultIfEmpty(0);

    private static List<OctoCommentary> Commentary(Product product) =>
        [.. product.Languages.Select(language => new OctoCommentary("IN_PERSON", language))];

    private static OctoUnit Unit(Unit unit, OctoWants wants) => new(
        unit.Id.ToString(), unit.NameEn, unit.Type, unit.Type,
        new(unit.MinAge, unit.MaxAge, unit.IdRequired, null, null, unit.PaxCount, unit.AccompaniedBy), ContactFields)
    {
        PricingFrom = wants.Pricing ? [Price(unit.PriceFen)] : null,
        Pricing = wants.Pricing ? [Price(unit.PriceFen)] : null,
        Title = wants.Content ? (wants.Chinese ? unit.NameZh : unit.NameEn) : null,
        ShortDescription = wants.Content ? "" : null,
        Features = wants.Content ? [] : null,
    };

    private static List<OctoUnitPricing> UnitPricing(Option option) =>
        option.Units.ConvertAll(unit => new OctoUnitPricing(
        unit.Id.ToString(), unit.PriceFen, unit.PriceFen, unit.PriceFen, Currency, CurrencyPrecision, []));

    private static long PriceOf(IReadOnlyList<OctoUnitQuantity> units, Option option) => units.Sum(unit =>
        (unit.Quantity ?? 0) * (option.Units.Find(known => known.Id.ToString() == unit.Id)?.PriceFen ?? 0));

    private static OctoOpeningHours Hours(SlotRow slot)
    {
        var to = OctoJson.LocalTime(slot.EndsAt);
        return new(OctoJson.LocalTime(slot.StartsAt), to == "00:00" ? "23:59" : to);
    }

    private static List<OctoFeature> AssumedFeature(Product product) => product.Assumed.Length == 0 ? []
        : [new($"Assumed, not from a source: {string.Join(", ", product.Assumed)}", "ADDITIONAL_INFORMATION")];

    private static OctoLocation Location(Product product, string title) => new(
        title, null, ["POINT_OF_INTEREST", "REDEMPTION"], 0, 0,
        new(product.Latitude, product.Longitude, new(null, "Jingdezhen", "Jiangxi", null, "CN", null), new(), []));

    private static List<string> Labels(Product product) => product.Kind switch
    {
        "museum" => ["museums", "history"],
        "show" => ["live-music"],
        "workshop" or "experience" or "tea-picking" or "study-tour" => ["classes"],
        "night-market" => ["nightlife"],
        "nature" => ["outdoors"],
        _ => ["history"],
    };
}
