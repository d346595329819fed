namespace Jingdezhen.Tourism.Complaints.Surveys;

/// <summary>Asked once when a case closes, answered at most once.</summary>
internal sealed class Survey
{
    public required Guid Id { get; init; }
    public required Guid CaseId { get; init; }
    public required Guid? AccountId { get; init; }
    public required Guid? MerchantId { get; init; }
    public required Guid? ProductId { get; init; }
    public required string? County { get; init; }
    public required string Category { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }

    public int? Score { get; private set; }
    public string? Comment { get; internal set; }
    public DateTimeOffset? AnsweredAt { get; private set; }

    public Refusal? Answer(int score, string? comment, DateTimeOffset now)
    {
        if (Score is not null) return new Refusal("already-answered", "The survey has been answered.");

        (Score, Comment, AnsweredAt) = (score, comment, now);
        return null;
    }
}

/// <summary>A rate with its 95 % interval (E. B. Wilson, 1927): honest for small n and near 0 and 1.</summary>
internal static class Wilson
{
    private const double Z = 1.959963984540054;

    public static (double Low, double High) Interval(int successes, int n)
    {
        if (n == 0) return (0, 1);

        var rate = (double)successes / n;
        var scale = 1 + Z * Z / n;
        var centre = (rate + Z * Z / (2 * n)) / scale;
        var half = Z / scale * Math.Sqrt(rate * (1 - rate) / n + Z * Z / (4.0 * n * n));
        return (Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}
