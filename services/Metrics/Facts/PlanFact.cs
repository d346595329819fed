namespace Jingdezhen.Tourism.Metrics.Facts;

/// <summary>A plan was made, or changed on the way.</summary>
internal sealed class PlanFact : IFact
{
    public const string Planned = "planned";
    public const string Replanned = "replanned";

    public required Guid MessageId { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public bool Simulated { get; init; }
    public required string Event { get; init; }

    /// <summary>The itinerary.</summary>
    public required Guid SubjectId { get; init; }

    public Guid? RouteId { get; init; }
    public int Days { get; init; }
    public int Counties { get; init; }
    public string? Source { get; init; }
    public string? Campaign { get; init; }
    public string? Cause { get; init; }
}
