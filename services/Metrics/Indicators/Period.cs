namespace Jingdezhen.Tourism.Metrics.Indicators;

/// <summary>Days of Asia/Shanghai: from inclusive, to exclusive.</summary>
public sealed record Period(DateOnly From, DateOnly To)
{
    public const int LongestDays = 3660;

    public int Days => To.DayNumber - From.DayNumber;

    /// <summary>What is wrong with it, or null.</summary>
    public string? Fault => Days <= 0 ? "to must be later than from; to is exclusive."
        : Days > LongestDays ? $"A period may have {LongestDays} days at most."
        : null;
}
