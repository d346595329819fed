namespace Jingdezhen.Tourism.Bookings.Availability;

/// <summary>Business days and local times are those of Asia/Shanghai.</summary>
internal static class BusinessTime
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    public static DateOnly DayOf(DateTimeOffset moment) => DateOnly.FromDateTime(Local(moment).DateTime);

    /// <summary>The same moment with the zone's offset, +08:00 today.</summary>
    public static DateTimeOffset Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, Zone);
}
