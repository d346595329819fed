namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>Days and hours as Jingdezhen's clocks show them.</summary>
internal static class Calendar
{
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    // Since 1992 the offset has not changed; asking the zone for each of ten million facts would be the rollup's cost.
    private static readonly DateTimeOffset Steady = new(1992, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    public static DateOnly DayOf(DateTimeOffset moment) => DateOnly.FromDateTime(LocalTimeOf(moment));

    public static int HourOf(DateTimeOffset moment) => LocalTimeOf(moment).Hour;

    /// <summary>The moment at which a day begins.</summary>
    public static DateTimeOffset StartOf(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        if (day.Year > Steady.Year) return new(midnight - Offset, TimeSpan.Zero);

        return new DateTimeOffset(midnight, Shanghai.GetUtcOffset(midnight)).ToUniversalTime();
    }

    private static DateTime LocalTimeOf(DateTimeOffset moment) => moment >= Steady
        ? moment.UtcDateTime + Offset
        : TimeZoneInfo.ConvertTime(moment, Shanghai).DateTime;
}
