using System.Runtime.InteropServices;

namespace Jingdezhen.Tourism.Metrics.Rollups;

internal readonly record struct CellKey(string Measure, string Dimension, string Key, DateOnly Day, int Bucket);

internal readonly record struct TraceKey(string Key, DateOnly Day);

internal readonly record struct TraceCounts(int Sales, int Visits, int Nights)
{
    public static TraceCounts operator +(TraceCounts one, TraceCounts other) =>
        new(one.Sales + other.Sales, one.Visits + other.Visits, one.Nights + other.Nights);
}

/// <summary>Sums of measures by cell, before they are written: what facts add up to, or by how much that changed.</summary>
internal sealed class Tally
{
    private readonly Dictionary<CellKey, long> _cells = [];
    private readonly Dictionary<TraceKey, TraceCounts> _traces = [];

    /// <summary>-1 while taking back what was counted before, +1 while counting what is true now.</summary>
    public int Sign { get; set; } = 1;

    public IReadOnlyDictionary<CellKey, long> Cells => _cells;
    public IReadOnlyDictionary<TraceKey, TraceCounts> Traces => _traces;

    /// <summary>Adds to the total and to every dimension of which the value is known.</summary>
    public void Add(
        string measure, DateOnly day, long value, ReadOnlySpan<(string Dimension, string? Key)> dimensions = default,
        int bucket = 0)
    {
        if (value == 0) return;
        AddTo(new(measure, "", "", day, bucket), value);
        foreach (var (dimension, key) in dimensions)
        {
            if (key is not null) AddTo(new(measure, dimension, key, day, bucket), value);
        }
    }

    public void AddTrace(string key, DateOnly day, int sales = 0, int visits = 0, int nights = 0)
    {
        ref var trace = ref CollectionsMarshal.GetValueRefOrAddDefault(_traces, new(key, day), out _);
        trace += new TraceCounts(Sign * sales, Sign * visits, Sign * nights);
    }

    private void AddTo(CellKey key, long value) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_cells, key, out _) += Sign * value;
}
