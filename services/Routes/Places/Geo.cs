namespace Jingdezhen.Tourism.Routes.Places;

/// <summary>Distances on the sphere, and the clock on the wall in Jingdezhen.</summary>
internal static class Geo
{
    private const double EarthRadius = 6_371_008.8;

    // China has kept UTC+8 without daylight saving since 1992; plans are of today and later.
    public static readonly TimeSpan Shanghai = TimeSpan.FromHours(8);

    /// <summary>The great circle's metres between two points in WGS-84 degrees (haversine).</summary>
    public static double Meters(double lat1, double lon1, double lat2, double lon2)
    {
        var (north, east) = (double.DegreesToRadians(lat2 - lat1) / 2, double.DegreesToRadians(lon2 - lon1) / 2);
        var chord = (Math.Sin(north) * Math.Sin(north))
            + (Math.Cos(double.DegreesToRadians(lat1)) * Math.Cos(double.DegreesToRadians(lat2)) * Math.Sin(
                east) * Math.Sin(east));
        return 2 * EarthRadius * Math.Asin(Math.Min(1, Math.Sqrt(chord)));
    }

    public static DateTime InShanghai(DateTimeOffset time) => time.ToOffset(Shanghai).DateTime;

    /// <summary>The moment of a minute of a day in Shanghai.</summary>
    public static DateTimeOffset At(DateOnly date, int minute) =>
        new(date.ToDateTime(TimeOnly.MinValue).AddMinutes(minute), Shanghai);
}
