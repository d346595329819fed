namespace Jingdezhen.Tourism.Metrics.Facts;

/// <summary>A step in a case's life, or a case of an earlier year that was imported with its outcome.</summary>
internal sealed class ComplaintFact : IFact
{
    public const string Filed = "filed";
    public const string Accepted = "accepted";
    public const string Closed = "closed";
    public const string Breached = "clock-breached";

    public required Guid MessageId { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public bool Simulated { get; init; }
    public required string Event { get; init; }

    /// <summary>The case.</summary>
    public required Guid SubjectId { get; init; }

    public Guid? MerchantId { get; init; }
    public Guid? ProductId { get; init; }
    public string? VenueId { get; init; }
    public string? County { get; init; }

    /// <summary>Null of a breach, which counts with its case's.</summary>
    public string? Category { get; init; }

    public string? Channel { get; init; }
    public string? Outcome { get; init; }
    public DateTimeOffset? FiledAt { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }
    public int ClocksMet { get; init; }
    public int ClocksBreached { get; init; }
    public long Version { get; init; }

    /// <summary>Of a breach: the step that was late.</summary>
    public string? Clock { get; init; }

    /// <summary>Of a breach: fast or legal.</summary>
    public string? ClockKind { get; init; }
}
