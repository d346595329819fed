namespace Jingdezhen.Tourism.Complaints.Surveys;

/// <summary>Asked once when a case closes or a day after an experience, answered at most once.</summary>
internal sealed class Survey
{
    public required Guid Id { get; init; }

    /// <summary>case or experience.</summary>
    public required string Subject { get; init; }

    /// <summary>The case, or the booking that was used.</summary>
    public required Guid SubjectId { get; init; }

    public required Guid? AccountId { get; init; }
    public required Guid? MerchantId { get; init; }
    public required Guid? ProductId { get; init; }
    public string? ProductKind { get; init; }
    public required string? County { get; init; }

    /// <summary>The case's; an experience has none.</summary>
    public string? Category { get; init; }

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

/// <summary>An experience that is asked about a day later, once for its booking.</summary>
internal sealed class DueSurvey
{
    public required Guid BookingId { get; init; }
    public required Guid MerchantId { get; init; }
    public required Guid ProductId { get; init; }
    public required string ProductKind { get; init; }
    public required string County { get; init; }
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Kept, so that another ticket of the booking asks no second time.</summary>
    public DateTimeOffset? AskedAt { get; private set; }

    public void Ask(DateTimeOffset now) => AskedAt = now;
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
