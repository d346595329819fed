using System.Globalization;

namespace Jingdezhen.Tourism.Simulation;

/// <summary>How many come on a day, 1 being an ordinary one.</summary>
internal static class Season
{
    public static double Of(DateOnly day) => (day.Month, day.Day) switch
    {
        (10, <= 7) => 4.5,
        (5, <= 5) => 3.2,
        _ when SinceNewYear(day) is >= 0 and <= 7 => 3.6,

        // The Ceramic Art Biennale and the fair beside it.
        (10, >= 18) or (11, <= 17) => 1.6,
        (7 or 8, _) => 1.5,
        (3 or 4 or 9 or 10, _) => 1.1,
        _ => 0.6,
    };

    /// <summary>Days since the Chinese New Year of the day's year.</summary>
    private static int SinceNewYear(DateOnly day) => day.DayNumber
        - DateOnly.FromDateTime(new ChineseLunisolarCalendar().ToDateTime(day.Year, 1, 1, 0, 0, 0, 0)).DayNumber;

    /// <summary>Divides a number over days as the season does, without losing one.</summary>
    public static IEnumerable<(DateOnly Day, int Share)> Spread(int number, DateOnly from, DateOnly to)
    {
        var days = Enumerable.Range(0, to.DayNumber - from.DayNumber).Select(from.AddDays).ToList();
        var (whole, passed, given) = (days.Sum(Of), 0.0, 0);
        foreach (var day in days)
        {
            passed += Of(day);
            var until = day == days[^1] ? number : (int)Math.Round(number * passed / whole);
            yield return (day, until - given);
            given = until;
        }
    }
}
