namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>One comparison of all cells with what the facts say, and its outcome.</summary>
internal sealed class Rebuild
{
    public required Guid Id { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }
    public DateTimeOffset? StartedAt { get; private set; }
    public DateTimeOffset? FinishedAt { get; private set; }
    public long Facts { get; private set; }
    public long Cells { get; private set; }

    /// <summary>Cells and traces that were wrong; they are right now.</summary>
    public long Differences { get; private set; }

    /// <summary>Where, a line each, the first hundred.</summary>
    public string[] Where { get; private set; } = [];

    public void Start(DateTimeOffset now) => StartedAt = now;

    public void Finish(long facts, long cells, long differences, string[] where, DateTimeOffset now) =>
        (Facts, Cells, Differences, Where, FinishedAt) = (facts, cells, differences, where, now);
}
