namespace Jingdezhen.Tourism.Metrics.Facts;

/// <summary>Somebody looked at a route of the library.</summary>
internal sealed class RouteFact : IFact
{
    public required Guid MessageId { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public bool Simulated { get; init; }

    /// <summary>The route.</summary>
    public required Guid SubjectId { get; init; }

    public string? Source { get; init; }
    public string? Campaign { get; init; }
}
