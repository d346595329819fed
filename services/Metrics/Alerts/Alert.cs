namespace Jingdezhen.Tourism.Metrics.Alerts;

/// <summary>
/// A threshold on an indicator over the last days. It is raised beyond <see cref="Threshold"/> and cleared only behind
/// <see cref="ClearAt"/>, so that a figure which trembles around the threshold does not ring all day.
/// </summary>
internal sealed class Alert
{
    public required Guid Id { get; init; }
    public required string IndicatorId { get; init; }

    /// <summary>The period looked at: this many days up to and with today.</summary>
    public required int Days { get; init; }

    public required bool IsAbove { get; init; }
    public required double Threshold { get; init; }
    public required double ClearAt { get; init; }

    /// <summary>With fewer cases the figure is left alone.</summary>
    public required long FewestCases { get; init; }

    public bool IsRaised { get; private set; }
    public DateTimeOffset? ChangedAt { get; private set; }

    /// <summary>Looks at a new value; whether the alert was raised or cleared by it.</summary>
    public bool Look(double? value, long n, DateTimeOffset now)
    {
        if (value is not { } seen || n < FewestCases) return false;

        var beyond = IsAbove ? seen > Threshold : seen < Threshold;
        var back = IsAbove ? seen < ClearAt : seen > ClearAt;
        if (IsRaised ? !back : !beyond) return false;

        (IsRaised, ChangedAt) = (!IsRaised, now);
        return true;
    }
}
