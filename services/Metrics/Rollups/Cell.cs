namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>
/// One measure on one day for one value of one dimension, kept up with every fact. Cells only ever add up, so any
/// period is a sum over its days, and a difference can be repaired while facts go on arriving.
/// </summary>
internal sealed class Cell
{
    public required string Measure { get; init; }

    /// <summary>Empty for the total, else <c>channel</c>, <c>county</c>, <c>venue</c> …</summary>
    public required string Dimension { get; init; }

    public required string Key { get; init; }

    /// <summary>The day in Asia/Shanghai.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>Of a histogram the value that was met (whole seconds, days …); 0 otherwise.</summary>
    public required int Bucket { get; init; }

    public required long Value { get; init; }
}
