using System.Runtime.InteropServices;

namespace Jingdezhen.Tourism.Metrics.Rollups;

internal readonly record struct CellKey(string Measure, string Dimension, string Key, DateOnly Day, int Bucket);

internal readonly record struct TraceKey(string Key, DateOnly Day);

internal readonly record struct TraceCounts(int Sales, int Visits, int Nights, int Filed, int Decided)
{
    public static TraceCounts Of(Trace trace) =>
        new(trace.Sales, trace.Visits, trace.Nights, trace.Filed, trace.Decided);

    public static TraceCounts operator +(TraceCounts one, TraceCounts other) => new(
        one.Sales + other.Sales, one.Visits + other.Visits, one.Nights + other.Nights, one.Filed + other.Filed,
        one.Decided + other.Decided);

    public static TraceCounts operator *(int times, TraceCounts one) => new(
        times * one.Sales, times * one.Visits, times * one.Nights, times * one.Filed, times * one.Decided);
}

/// <summary>
/// Sums of measures by cell, before they are written: what facts add up to, or by how much that changed. A fact looks
/// its rows up once and adds all its measures to them: a rebuild of ten million facts adds a thousand million times.
/// </summary>
internal sealed class Tally
{
    private readonly Dictionary<(string Dimension, string Key, DateOnly Day), Row> _rows = [];
    private readonly Dictionary<TraceKey, TraceCounts> _traces = [];

    /// <summary>-1 while taking back what was counted before, +1 while counting what is true now.</summary>
    public int Sign { get; set; } = 1;

    public IEnumerable<KeyValuePair<(string Dimension, string Key, DateOnly Day), Row>> AllRows => _rows;

    public IEnumerable<KeyValuePair<CellKey, long>> Cells => _rows.SelectMany(row => row.Value.Values.Select(value =>
        KeyValuePair.Create(
            new CellKey(value.Measure, row.Key.Dimension, row.Key.Key, row.Key.Day, value.Bucket), value.Value)));

    public IReadOnlyDictionary<TraceKey, TraceCounts> Traces => _traces;

    /// <summary>The total of a day and every dimension of which the value is known.</summary>
    public Rows On(DateOnly day, ReadOnlySpan<(string Dimension, string? Key)> by = default)
    {
        var rows = new Row[by.Length + 1];
        rows[0] = RowOf("", "", day);
        var count = 1;
        foreach (var (dimension, key) in by)
        {
            if (key is not null) rows[count++] = RowOf(dimension, key, day);
        }

        return new(rows, count, Sign);
    }

    /// <summary>One value of a dimension without the total: for what only some of its values have.</summary>
    public Rows OnlyOn(DateOnly day, (string Dimension, string Key) of) =>
        new([RowOf(of.Dimension, of.Key, day)], 1, Sign);

    /// <summary>What is stored, to be taken off what was computed.</summary>
    public void Add(CellKey cell, long value) =>
        RowOf(cell.Dimension, cell.Key, cell.Day).Add(cell.Measure, Family.Of(cell.Measure), cell.Bucket, Sign * value);

    /// <summary>Takes in what was counted beside.</summary>
    public void Add(Tally beside)
    {
        foreach (var (cell, value) in beside.Cells) Add(cell, value);
        foreach (var (trace, counts) in beside.Traces)
        {
            AddTrace(trace.Key, trace.Day, counts);
        }
    }

    public void AddTrace(
        string key, DateOnly day, int sales = 0, int visits = 0, int nights = 0, int filed = 0, int decided = 0) =>
        AddTrace(key, day, new TraceCounts(sales, visits, nights, filed, decided));

    private void AddTrace(string key, DateOnly day, TraceCounts counts)
    {
        ref var trace = ref CollectionsMarshal.GetValueRefOrAddDefault(_traces, new(key, day), out _);
        trace += Sign * counts;
    }

    private Row RowOf(string dimension, string key, DateOnly day)
    {
        ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, (dimension, key, day), out _);
        return row ??= new();
    }

    internal readonly struct Rows(Row[] rows, int count, int sign)
    {
        public void Add(string measure, long value, int bucket = 0)
        {
            if (value == 0) return;
            var place = Family.Of(measure);
            for (var index = 0; index < count; index++) rows[index].Add(measure, place, bucket, sign * value);
        }
    }

    /// <summary>Measures of a family by their places in it, the others by name and bucket.</summary>
    internal sealed class Row
    {
        private readonly long[]?[] _families = new long[]?[Family.All.Count];
        private Dictionary<(string Measure, int Bucket), long>? _alone;

        public IEnumerable<(string Measure, int Bucket, long Value)> Values =>
        [
            .. Alone.Select(bar => (bar.Key.Measure, bar.Key.Bucket, bar.Value)),
            .. Family.All.SelectMany((family, number) => OfFamily(number) is { } values
                ? values.Select((value, index) => (family.Measures[index], Bucket: 0, value))
                : []),
        ];

        public IReadOnlyDictionary<(string Measure, int Bucket), long> Alone => _alone ?? [];

        /// <summary>Null where nothing of the family was counted.</summary>
        public long[]? OfFamily(int number) => _families[number];

        public void Add(string measure, (int Family, int Index)? place, int bucket, long value)
        {
            if (place is { } kept)
            {
                var values = _families[kept.Family] ??= new long[Family.All[kept.Family].Measures.Count];
                values[kept.Index] += value;
                return;
            }

            CollectionsMarshal.GetValueRefOrAddDefault(_alone ??= [], (measure, bucket), out _) += value;
        }
    }
}
