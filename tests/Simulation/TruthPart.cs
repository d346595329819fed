namespace Jingdezhen.Tourism.Simulation;

/// <summary>Which records belong to one value of one dimension; every record to the whole.</summary>
internal sealed record TruthPart(string Dimension, string Key)
{
    public static readonly TruthPart Whole = new("", "");

    /// <summary>Every value that a dimension has in a year.</summary>
    public static IEnumerable<string> KeysOf(Year year, string dimension)
    {
        var part = new TruthPart(dimension, "");
        return ((IEnumerable<string?>)
        [
            .. year.Bookings.Select(part.KeyOf), .. year.Bookings.Select(part.ExpectedKeyOf),
            .. year.Visits.Select(part.KeyOf), .. year.Visits.Select(part.ArrivedKeyOf),
            .. year.Slots.Select(part.KeyOf), .. year.Stays.Select(part.KeyOf), .. year.Listings.Select(part.KeyOf),
            .. year.Cases.Select(part.KeyOf), .. year.OldCases.Select(part.KeyOf),
            .. year.Breaches.Select(part.KeyOf), .. year.Surveys.Select(part.KeyOf),
            .. year.Merchants.Select(part.KeyOf), .. year.Views.Select(part.KeyOf), .. year.Plans.Select(part.KeyOf),
            .. year.Replans.Select(part.KeyOf), .. year.Holds.Select(part.KeyOf), .. year.Money.Select(part.KeyOf),
        ]).OfType<string>().Distinct();
    }

    public bool Has(BookingRecord one) => Is(KeyOf(one));
    public bool HasExpected(BookingRecord one) => Is(ExpectedKeyOf(one));
    public bool Has(VisitRecord one) => Is(KeyOf(one));
    public bool HasArrived(VisitRecord one) => Is(ArrivedKeyOf(one));
    public bool Has(Slot one) => Is(KeyOf(one));
    public bool Has(StayRecord one) => Is(KeyOf(one));
    public bool Has(ListingRecord one) => Is(KeyOf(one));
    public bool Has(CaseRecord one) => Is(KeyOf(one));
    public bool Has(OldCaseRecord one) => Is(KeyOf(one));
    public bool Has(BreachRecord one) => Is(KeyOf(one));
    public bool Has(SurveyRecord one) => Is(KeyOf(one));
    public bool Has(MerchantRecord one) => Is(KeyOf(one));
    public bool Has(ViewRecord one) => Is(KeyOf(one));
    public bool Has(PlanRecord one) => Is(KeyOf(one));
    public bool Has(ReplanRecord one) => Is(KeyOf(one));
    public bool Has(HoldRecord one) => Is(KeyOf(one));
    public bool Has(MoneyRecord one) => Is(KeyOf(one));
    public bool Has(CapacityRecord one) => Is(Dimension == "venue" ? one.Venue : null);

    private bool Is(string? key) => Dimension.Length == 0 || key == Key;

    private string? KeyOf(BookingRecord one) => Dimension switch
    {
        "channel" => one.Channel,
        "county" => one.County,
        "venue" => one.Venue,
        "kind" => one.Kind,
        "product" => one.Slot?.Product.Id.ToString(),
        "merchant" => one.Slot?.Product.Merchant.ToString(),
        "source" => one.Source,
        "campaign" => one.Campaign,
        "hour" => one.Slot is null ? null : HourKey(one.At.Hour),
        _ => null,
    };

    /// <summary>Who was expected, and who came, are told by the slot's hour.</summary>
    private string? ExpectedKeyOf(BookingRecord one) =>
        Dimension == "hour" ? HourKeyOf(one.Slot) : KeyOf(one);

    private string? KeyOf(VisitRecord one) => Dimension switch
    {
        "channel" => one.Channel,
        "county" => one.County,
        "venue" => one.Venue,
        "kind" => one.Slot?.Product.Kind,
        "product" => one.Slot?.Product.Id.ToString(),
        "merchant" => one.Slot?.Product.Merchant.ToString(),
        "source" => one.Source,
        "campaign" => one.Campaign,
        "country" => one.Country,
        "age-band" => one.AgeBand,

        // Everybody comes ten minutes after the slot began.
        "hour" => HourKeyOf(one.Slot),
        _ => null,
    };

    private string? ArrivedKeyOf(VisitRecord one) =>
        Dimension == "venue-hour" && one.Slot is { } slot ? $"{one.Venue}/{HourKey(slot.Hour)}" : KeyOf(one);

    private string? KeyOf(Slot one) => Dimension switch
    {
        "venue" => one.Product.Venue,
        "product" => one.Product.Id.ToString(),
        "merchant" => one.Product.Merchant.ToString(),
        "venue-hour" => $"{one.Product.Venue}/{HourKey(one.Hour)}",
        _ => null,
    };

    private string? KeyOf(StayRecord one) => Dimension switch
    {
        "county" => one.Listing.County,
        "village" => one.Listing.Village,
        "merchant" => one.Listing.Merchant.ToString(),
        "listing" => one.Listing.Id.ToString(),
        "source" => one.Source,
        "campaign" => one.Campaign,
        _ => null,
    };

    private string? KeyOf(ListingRecord one) =>
        Dimension switch { "county" => one.County, "village" => one.Village, _ => null };

    private string? KeyOf(CaseRecord one) => Dimension switch
    {
        "county" => one.County,
        "village" => one.Village,
        "category" => one.Category,
        "merchant" => one.Merchant.ToString(),
        "venue" => one.Venue,
        "channel" => one.Channel,
        _ => null,
    };

    private string? KeyOf(OldCaseRecord one) => Dimension switch
    {
        "county" => one.County,
        "category" => one.Category,
        "venue" => one.Venue,
        _ => null,
    };

    private string? KeyOf(BreachRecord one) =>
        Dimension switch { "clock" => one.Clock, "kind" => one.Kind, _ => KeyOf(one.Of) };

    private string? KeyOf(SurveyRecord one) => Dimension switch
    {
        "about" => one.Product is null ? "case" : "experience",
        "county" => one.Product?.County,
        "merchant" => one.Product?.Merchant.ToString(),
        "product" => one.Product?.Id.ToString(),
        "kind" => one.Product?.Kind,
        _ => null,
    };

    private string? KeyOf(MerchantRecord one) => Dimension == "county" ? one.County : null;

    private string? KeyOf(ViewRecord one) => OfTheWay(one.Route, one.Source, one.Campaign);

    private string? KeyOf(PlanRecord one) => OfTheWay(one.Route, one.Source, one.Campaign);

    private string? KeyOf(HoldRecord one) => OfTheWay(null, one.Source, one.Campaign);

    private string? KeyOf(ReplanRecord one) => Dimension == "cause" ? one.Cause : null;

    private string? KeyOf(MoneyRecord one) =>
        Dimension switch { "purpose" => one.Purpose, "method" => one.Method, _ => null };

    private string? OfTheWay(Guid? route, string? source, string? campaign) => Dimension switch
    {
        "route" => route?.ToString(),
        "source" => source,
        "campaign" => campaign,
        _ => null,
    };

    private static string? HourKeyOf(Slot? slot) => slot is null ? null : HourKey(slot.Hour);

    private static string HourKey(int hour) => $"{hour:00}";
}
