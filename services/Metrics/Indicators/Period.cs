namespace Jingdezhen.Tourism.Metrics.Indicators;

/// <summary>Days of Asia/Shanghai: from inclusive, to exclusive.</summary>
public sealed record Period(DateOnly From, DateOnly To)
{
    public const int LongestDays = 3660;
    private const int EarliestYear = 2000;

    public int Days => To.DayNumber - From.DayNumber;

    /// <summary>What is wrong with it, or null.</summary>
    internal string? Fault => Days <= 0 ? "to must be later than from; to is exclusive."
        : Days > LongestDays ? $"A period may have {LongestDays} days at most."
        : From.Year < EarliestYear || To.Year > 2100 ? "A period lies between 2000 and 2100."
        : null;

    /// <summary>As many days, right before.</summary>
    internal Period Previous => new(From.AddDays(-Days), From);

    /// <summary>The same days of the year before.</summary>
    internal Period LastYear => new(From.AddYears(-1), To.AddYears(-1));
}
