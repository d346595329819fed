using System.Runtime.InteropServices;

namespace Jingdezhen.Tourism.Metrics.Rollups;

internal readonly record struct CellKey(string Measure, string Dimension, string Key, DateOnly Day, int Bucket);

/// <summary>Sums of measures by cell, before they are written: what facts add up to, or by how much that changed.</summary>
internal sealed class Tally
{
    private readonly Dictionary<CellKey, long> _cells = [];

    /// <summary>-1 while taking back what was counted before, +1 while counting what is true now.</summary>
    public int Sign { get; set; } = 1;

    public IReadOnlyDictionary<CellKey, long> Cells => _cells;

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

    /// <summary>Adds to one dimension only, where the total would mean nothing or is kept apart.</summary>
    public void AddOnly(string measure, DateOnly day, long value, string dimension, string key, int bucket = 0)
    {
        if (value != 0) AddTo(new(measure, dimension, key, day, bucket), value);
    }

    private void AddTo(CellKey key, long value) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_cells, key, out _) += Sign * value;
}
