namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>By what a measure can be told apart. The same word is the <c>by</c> of a request.</summary>
internal static class Dimensions
{
    public const string Total = "";
    public const string Channel = "channel";
    public const string County = "county";
    public const string Village = "village";
    public const string Venue = "venue";
    public const string Product = "product";
    public const string Kind = "kind";
    public const string Merchant = "merchant";
    public const string Listing = "listing";
    public const string Route = "route";
    public const string Hour = "hour";
    public const string VenueHour = "venue-hour";
    public const string Source = "source";
    public const string Campaign = "campaign";
    public const string Category = "category";
    public const string Country = "country";
    public const string AgeBand = "age-band";
    public const string About = "about";
    public const string Clock = "clock";
    public const string Cause = "cause";
    public const string Purpose = "purpose";
    public const string Method = "method";

    /// <summary>Merchant and product in one key, so that a merchant's products are one range of the index.</summary>
    public const string MerchantProduct = "merchant-product";

    public static readonly IReadOnlyList<string> All =
    [
        Channel, County, Village, Venue, Product, Kind, Merchant, Listing, Route, Hour, VenueHour, Source, Campaign,
        Category,
        Country, AgeBand, About, Clock, Cause, Purpose, Method,
    ];

    /// <summary>Where a cell tells about people: no cell of fewer than five leaves the house.</summary>
    public static bool NeedsAnonymity(string dimension) => IsPersonal(dimension) || dimension == County;

    /// <summary>Where a cell tells what somebody is.</summary>
    public static bool IsPersonal(string dimension) => dimension is AgeBand or Country;

    /// <summary>Whose cells are kept a row a day for all values at once, in <see cref="PackedDay"/>s.</summary>
    public static bool IsPacked(string dimension) => dimension == Route;

    private static readonly string[] Hours = [.. Enumerable.Range(0, 24).Select(hour => $"{hour:00}")];

    public static string HourKey(int hour) => Hours[hour];

    public static bool IsOnline(string? channel) => channel is "app" or "web" or "mini-program" or "ota";
}
