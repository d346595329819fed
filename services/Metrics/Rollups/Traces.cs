namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>What the days of one guest, or of one performance, add to the cells.</summary>
internal static class Traces
{
    private const string Guest = "guest/";
    private const string Show = "show/";
    private const string Complaint = "complaint/";

    /// <summary>As Complaints itself warns: what was decided half a year ago and longer is forgotten.</summary>
    private const int RepeatedWithinDays = 180;

    public static string OfGuest(string key) => Guest + key;

    public static string OfShow(Guid availability, string? venue, string? product) =>
        $"{Show}{availability}/{venue}/{product}";

    public static string OfComplaints(Guid merchant, string? category) => $"{Complaint}{merchant}/{category}";

    /// <param name="tally">Where to count.</param>
    /// <param name="key">Whose days they are.</param>
    /// <param name="days">All of them, in order.</param>
    public static void Count(Tally tally, string key, IEnumerable<(DateOnly Day, TraceCounts Counts)> days)
    {
        if (key.StartsWith(Show, StringComparison.Ordinal)) CountShow(tally, key, days);
        else if (key.StartsWith(Complaint, StringComparison.Ordinal)) CountComplaints(tally, key, days);
        else CountGuest(tally, days);
    }

    private static void CountShow(Tally tally, string key, IEnumerable<(DateOnly Day, TraceCounts Counts)> days)
    {
        var parts = key.Split('/');
        foreach (var (day, counts) in days)
        {
            if (counts.Visits > 0)
            {
                tally.On(day, [(Dimensions.Venue, parts[2]), (Dimensions.Product, parts[3])])
                    .Add(Measures.Performances, 1);
            }
        }
    }

    /// <summary>What went wrong again, though it had been decided: on an earlier day, to tell it by days.</summary>
    private static void CountComplaints(
        Tally tally, string key, IEnumerable<(DateOnly Day, TraceCounts Counts)> days)
    {
        var parts = key.Split('/');
        DateOnly? decided = null;
        foreach (var (day, counts) in days)
        {
            if (counts.Filed > 0 && day.DayNumber - decided?.DayNumber <= RepeatedWithinDays)
            {
                tally.On(day, [(Dimensions.Merchant, parts[1]), (Dimensions.Category, parts[2])])
                    .Add(Measures.ComplaintsRepeated, counts.Filed);
            }

            if (counts.Decided > 0) decided = day;
        }
    }

    private static void CountGuest(Tally tally, IEnumerable<(DateOnly Day, TraceCounts Counts)> days)
    {
        var lastSale = 0;
        var nights = 0;
        DateOnly? lastNight = null;
        foreach (var (day, counts) in days)
        {
            if (counts.Sales > 0)
            {
                // Distinct over any period: a guest is new in it on the one day whose predecessor lies before it.
                tally.On(day).Add(Measures.Guests, 1, bucket: lastSale);
                lastSale = day.DayNumber;
            }

            var onTheWay = lastNight is { } last && day.DayNumber <= last.DayNumber + 1;
            if (counts.Nights > 0)
            {
                if (lastNight is { } end && day != end.AddDays(1)) EndChain(end);
                nights = lastNight is { } one && day == one.AddDays(1) ? nights + 1 : 1;
                lastNight = day;
            }
            else if (counts.Visits > 0 && !onTheWay)
            {
                tally.On(day).Add(Measures.TripDays, 1, bucket: 1);
            }
        }

        if (lastNight is { } final) EndChain(final);

        void EndChain(DateOnly night)
        {
            var departure = night.AddDays(1);
            tally.On(departure).Add(Measures.TripDays, 1, bucket: nights + 1);
            tally.On(departure).Add(Measures.TripsOvernight, 1);
        }
    }
}
