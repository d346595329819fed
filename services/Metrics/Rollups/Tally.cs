using System.Runtime.InteropServices;

namespace Jingdezhen.Tourism.Metrics.Rollups;

internal readonly record struct CellKey(string Measure, string Dimension, string Key, DateOnly Day, int Bucket);

/// <summary>
/// Sums of measures by cell, before they are written: what facts add up to, or by how much that changed. A fact looks
/// its rows up once and adds all its measures to them: a rebuild of ten million facts adds a thousand million times.
/// </summary>
internal sealed class Tally
{
    private readonly Dictionary<(string Dimension, string Key), Dictionary<DateOnly, Row>> _rows = [];

    /// <summary>-1 while taking back what was counted before, +1 while counting what is true now.</summary>
    public int Sign { get; set; } = 1;

    public IEnumerable<KeyValuePair<(string Dimension, string Key, DateOnly Day), Row>> AllRows =>
        _rows.SelectMany(value => value.Value, (value, row) =>
            KeyValuePair.Create((value.Key.Dimension, value.Key.Key, row.Key), row.Value));

    public IEnumerable<KeyValuePair<CellKey, long>> Cells => AllRows.SelectMany(row => row.Value.Values.Select(value =>
        KeyValuePair.Create(
            new CellKey(value.Measure, row.Key.Dimension, row.Key.Key, row.Key.Day, value.Bucket), value.Value)));

    public TraceNotes Traces { get; } = new();

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

    /// <summary>Takes in what was counted beside.</summary>
    public void Add(Tally beside)
    {
        foreach (var ((dimension, key, day), row) in beside.AllRows) RowOf(dimension, key, day).Add(row);
        Traces.Add(beside.Traces);
    }

    public void AddTrace(string owner, DateOnly day, TraceKind kind) => Traces.Add(owner, day, kind, Sign);

    private Row RowOf(string dimension, string key, DateOnly day)
    {
        ref var days = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, (dimension, key), out _);
        ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(days ??= [], day, out _);
        return row ??= new();
    }

    internal readonly struct Rows(Row[] rows, int count, int sign)
    {
        public void Add(string measure, long value, int bucket = 0)
        {
            if (value == 0) return;
            if (Family.Of(measure) is not { } place)
            {
                for (var index = 0; index < count; index++) rows[index].Add(measure, bucket, sign * value);
                return;
            }

            for (var index = 0; index < count; index++) rows[index].Add(place, sign * value);
        }

        /// <summary>Adds to the measures of a family, by their places in it.</summary>
        public void Add(int family, ReadOnlySpan<long> values)
        {
            for (var index = 0; index < count; index++) rows[index].Add(family, values, sign);
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

        public void Add((int Family, int Index) place, long value) => KeptOf(place.Family)[place.Index] += value;

        public void Add(string measure, int bucket, long value) =>
            CollectionsMarshal.GetValueRefOrAddDefault(_alone ??= [], (measure, bucket), out _) += value;

        public void Add(int family, ReadOnlySpan<long> values, int sign = 1)
        {
            var kept = KeptOf(family);
            for (var index = 0; index < values.Length; index++) kept[index] += sign * values[index];
        }

        public void Add(Row beside)
        {
            foreach (var ((measure, bucket), value) in beside.Alone) Add(measure, bucket, value);
            for (var family = 0; family < _families.Length; family++)
            {
                if (beside.OfFamily(family) is { } values) Add(family, values);
            }
        }

        private long[] KeptOf(int family) => _families[family] ??= new long[Family.All[family].Measures.Count];
    }
}
