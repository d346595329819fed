namespace Jingdezhen.Tourism.Metrics.Indicators;

/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end.</param>
public sealed record Interval(double Low, double High);

/// <summary>
/// The score interval of a proportion (E. B. Wilson, "Probable inference, the law of succession, and statistical
/// inference", 1927): it stays within 0 and 1 and holds for small n, where the textbook interval does not.
/// </summary>
internal static class Wilson
{
    private const double Z = 1.959963984540054;

    public static Interval? Of(long successes, long n)
    {
        if (n <= 0 || successes < 0 || successes > n) return null;

        var share = (double)successes / n;
        var center = share + (Z * Z / (2 * n));
        var spread = Z * Math.Sqrt((share * (1 - share) / n) + (Z * Z / (4.0 * n * n)));
        var scale = 1 + (Z * Z / n);
        return new(Math.Max(0, (center - spread) / scale), Math.Min(1, (center + spread) / scale));
    }
}
