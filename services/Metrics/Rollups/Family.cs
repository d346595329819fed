using System.Collections.Frozen;
using M = Jingdezhen.Tourism.Metrics.Rollups.Measures;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>
/// Measures that mostly move together on one day for one value of one dimension, and so share a row: a sale touches ten
/// rows of ten measures instead of a hundred cells. What is rare, or a histogram, has cells of its own.
/// </summary>
/// <param name="Table">Keyed by dimension, key and day; each column is named after its measure.</param>
internal sealed record Family(string Table, IReadOnlyList<string> Measures)
{
    public static readonly Family Sales = new("sale_cells",
    [
        M.Holds, M.Confirmed, M.Cancelled, M.Bookings, M.BookingsOnline, M.Visitors, M.VisitorsOnline, M.Revenue,
        M.RevenueOnline, M.NightRevenue, M.NightBookings, M.TeaBookings, M.StudyGroups, M.StudyRevenue, M.Unslotted,
        M.BookingsKeyed,
    ]);

    public static readonly Family Visits = new("visit_cells",
    [
        M.Visits, M.VisitsAged, M.VisitsYoung, M.VisitsLocated, M.VisitsInbound, M.VisitsGreaterChina, M.VrVisits,
        M.Redemptions, M.Arrived, M.Expected, M.ShowVisits, M.Performances, M.Capacity,
    ]);

    public static readonly IReadOnlyList<Family> All = [Sales, Visits];

    private static readonly FrozenDictionary<string, (int Family, int Index)> Places = All
        .SelectMany((family, number) => family.Measures.Select((measure, index) => (measure, Place: (number, index))))
        .ToFrozenDictionary(one => one.measure, one => one.Place);

    /// <summary>Which of <see cref="All"/> keeps a measure, and where in it; null where it has cells of its
    /// own.</summary>
    public static (int Family, int Index)? Of(string measure) =>
        Places.TryGetValue(measure, out var place) ? place : null;

    public static string ColumnOf(string measure) => measure.Replace('-', '_');
}

/// <summary>The measures of a <see cref="Family"/> on one day for one value of one dimension.</summary>
internal sealed class FamilyCell
{
    /// <summary>Empty for the total, else <c>channel</c>, <c>county</c>, <c>venue</c> …</summary>
    public required string Dimension { get; init; }

    public required string Key { get; init; }

    /// <summary>The day in Asia/Shanghai.</summary>
    public required DateOnly Day { get; init; }
}
