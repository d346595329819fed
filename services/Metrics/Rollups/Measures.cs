namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>What is added up. Indicators are formulas over these names.</summary>
internal static class Measures
{
    public const string Bookings = "bookings";
    public const string BookingsOnline = "bookings-online";
    public const string Visitors = "visitors";
    public const string VisitorsOnline = "visitors-online";
    public const string Revenue = "revenue";
    public const string RevenueOnline = "revenue-online";

    /// <summary>Confirmed, whatever became of it: the whole of which a cancellation is a part.</summary>
    public const string Confirmed = "confirmed";

    public const string Visits = "visits";

    /// <summary>Facts that a generator made up; one of them in a period is enough to say so.</summary>
    public const string Simulated = "simulated";
}
