using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Rollups;

namespace Jingdezhen.Tourism.Metrics.Claims;

internal enum Aspect
{
    Value,

    /// <summary>(now − then) ÷ then, against the baseline or else the year before.</summary>
    Change,

    /// <summary>How many values of the dimension have any: venues with something on offer.</summary>
    Parts,
}

/// <summary>How long a period is over which the paper counts: a year, or January to August.</summary>
internal sealed record Span(int Least, int Most)
{
    public static readonly Span Year = new(365, 366);
    public static readonly Span EightMonths = new(243, 244);

    public bool Holds(Period period) => period.Days >= Least && period.Days <= Most;
}

/// <summary>How the platform measures one number of a claim.</summary>
/// <param name="Indicator">Which indicator.</param>
/// <param name="PaperValue">The paper's number in the indicator's unit; null where it states none.</param>
/// <param name="Dimension">Of which part, if not of all.</param>
/// <param name="Over">How long the period must be for the two to be comparable; null where it may be any.</param>
/// <param name="Plus">Added to the value: what the platform is configured with and cannot observe.</param>
internal sealed record Measured(
    string Indicator, double? PaperValue, string Dimension = "", string Key = "", Aspect Aspect = Aspect.Value,
    bool Plus = false, Span? Over = null);

/// <summary>Which indicators answer which claim. Venues and villages are named as their services name them.</summary>
internal static class MeasuredClaims
{
    private const string Kiln = "ancient-kiln-expo";
    private const string Taoxichuan = "taoxichuan";
    private const string Sanbao = "三宝村";
    private const long Fen = 100;
    private const long Million = 1_000_000;

    public static readonly IReadOnlyDictionary<string, Measured[]> ById = new Dictionary<string, Measured[]>
    {
        ["personalised-routes"] = [new("routes-on-offer", 12_000)],
        ["online-share"] =
            [new("online-share-bookings", 0.68), new("online-share-visitors", 0.68), new("online-share-revenue", 0.68)],
        ["complaint-drop"] =
            [new("complaints", -0.42, Aspect: Aspect.Change), new("complaint-rate", -0.42, Aspect: Aspect.Change)],
        ["complaints-year"] = [new("complaints", 3_000, Over: Span.Year)],
        ["satisfaction"] = [new("satisfaction", 0.91, Dimensions.About, "case")],
        ["fund"] =
            [new("fund-movement", 200 * Million * Fen, Plus: true), new("compensation-paid", null),
                new("recovered", null)],
        ["homestays"] = [new("homestays", 800)],
        ["household-income"] = [new("household-income", 120_000 * Fen, Over: Span.Year)],
        ["businesses"] = [new("businesses", 3_200)],
        ["sanbao"] =
        [
            new("village-revenue", 120 * Million * Fen, Dimensions.Village, Sanbao, Over: Span.Year),
            new("resident-share", 0.60, Dimensions.Village, Sanbao),
        ],
        ["stay-length"] = [new("stay-length", 2.8), new("stay-length", 0.40, Aspect: Aspect.Change)],
        ["youth-share"] = [new("youth-share", 0.85), new("visits", 0.491, Aspect: Aspect.Change, Over: Span.Year)],
        ["venues"] = [new("places-offered", 1_000, Dimensions.Venue, Aspect: Aspect.Parts)],
        ["kiln-visits"] =
        [
            new("visits", 3_030_000, Dimensions.Venue, Kiln, Over: Span.Year),
            new("visits", 0.70, Dimensions.Venue, Kiln, Aspect.Change, Over: Span.Year),
        ],
        ["taoxichuan-visits"] = [new("visits", 5 * Million, Dimensions.Venue, Taoxichuan, Over: Span.Year)],
        ["night-market"] =
            [new("night-revenue", 860 * Million * Fen, Dimensions.Venue, "taoxichuan-market", Over: Span.Year)],
        ["study-tours"] =
            [new("study-groups", 5_000, Dimensions.Venue, Kiln, Over: Span.Year), new("study-revenue-share", 0.28)],
        ["show-audience"] = [new("show-audience", 3_000, Dimensions.Venue, "millennial-kiln-fire")],
        ["vr"] = [new("vr-participants", 800_000, Over: Span.Year), new("vr-satisfaction", 0.96)],
        ["tea-routes"] = [new("tea-bookings", null), new("tea-routes", null)],
        ["day-night"] = [new("day-night-routes", null)],
        ["regions"] =
        [
            new("visits", null, Dimensions.County, "Fuliang"), new("visits", null, Dimensions.County, "Leping"),
            new("revenue", null, Dimensions.County, "Fuliang"), new("revenue", null, Dimensions.County, "Leping"),
            new("routes-across-counties", null), new("plans-across-counties", null),
        ],
        ["inbound"] = [new("inbound-visitors", 110_800, Over: Span.EightMonths), new("plans-within-transit", null)],
        ["smart-service"] = [new("replans", null), new("funnel-redeemed", null)],
        ["conversion"] =
        [
            new("funnel-route-views", null), new("funnel-plans", null), new("funnel-holds", null),
            new("funnel-paid", null),
            new("funnel-redeemed", null),
        ],
        ["stay-overnight"] = [new("overnight-rate", null), new("spend-per-head", null)],
    };

    /// <summary>The paper's arithmetic where it does not add up.</summary>
    public static readonly IReadOnlyDictionary<string, string> Odd = new Dictionary<string, string>
    {
        ["study-tours"] =
            "28 % of 75.3 billion RMB are 21.1 billion; divided by 5,000 groups that is 4.2 million RMB a group.",
    };
}
