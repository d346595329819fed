using System.Collections;
using System.Runtime.InteropServices;

namespace Jingdezhen.Tourism.Metrics.Rollups;

internal readonly record struct TraceKey(string Key, DateOnly Day);

/// <summary>What a <see cref="Trace"/> counts.</summary>
internal enum TraceKind
{
    Sale, Visit, Night, Filed, Decided,
}

internal readonly record struct TraceCounts(int Sales, int Visits, int Nights, int Filed, int Decided)
{
    public static TraceCounts Of(Trace trace) =>
        new(trace.Sales, trace.Visits, trace.Nights, trace.Filed, trace.Decided);

    public static TraceCounts Of(TraceKind kind, int times) => kind switch
    {
        TraceKind.Sale => new(times, 0, 0, 0, 0),
        TraceKind.Visit => new(0, times, 0, 0, 0),
        TraceKind.Night => new(0, 0, times, 0, 0),
        TraceKind.Filed => new(0, 0, 0, times, 0),
        _ => new(0, 0, 0, 0, times),
    };

    public static TraceCounts operator +(TraceCounts one, TraceCounts other) => new(
        one.Sales + other.Sales, one.Visits + other.Visits, one.Nights + other.Nights, one.Filed + other.Filed,
        one.Decided + other.Decided);

    public static TraceCounts operator -(TraceCounts one, TraceCounts other) => new(
        one.Sales - other.Sales, one.Visits - other.Visits, one.Nights - other.Nights, one.Filed - other.Filed,
        one.Decided - other.Decided);
}

/// <summary>
/// What happened to whom on which day: for a rebuild as many notes as there are facts, and so each of them is one
/// number: whose, the day, what, and in the last bits whether it is taken back and whether it was found stored.
/// Enumerated it is the sums, by owner and then by day.
/// </summary>
internal sealed class TraceNotes : IEnumerable<KeyValuePair<TraceKey, TraceCounts>>
{
    private const int DayShift = 8;
    private const int OwnerShift = 32;
    private const int KindShift = 2;
    private const ulong Found = 2;
    private const ulong TakenBack = 1;

    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<string> _owners = [];
    private readonly List<ulong> _notes = [];
    private bool _areSorted = true;

    public void Add(string owner, DateOnly day, TraceKind kind, int sign)
    {
        _notes.Add(((ulong)NumberOf(owner) << OwnerShift) | ((ulong)day.DayNumber << DayShift)
            | ((ulong)kind << KindShift) | (sign < 0 ? TakenBack : 0));
        _areSorted = false;
    }

    /// <summary>Takes in what was noted beside.</summary>
    public void Add(TraceNotes beside)
    {
        var numbers = beside._owners.ConvertAll(NumberOf);
        _notes.EnsureCapacity(_notes.Count + beside._notes.Count);
        foreach (var note in beside._notes)
        {
            _notes.Add(((ulong)numbers[(int)(note >> OwnerShift)] << OwnerShift) | (uint)note);
        }

        _areSorted = false;
    }

    public IEnumerator<KeyValuePair<TraceKey, TraceCounts>> GetEnumerator() => Sums(foundToo: true).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>What is noted of a day, which from then on is no more among <see cref="Missing"/>.</summary>
    public TraceCounts Find(TraceKey trace)
    {
        Sort();
        if (!_numbers.TryGetValue(trace.Key, out var number)) return default;

        var sought = ((ulong)number << OwnerShift) | ((ulong)trace.Day.DayNumber << DayShift);
        var first = CollectionsMarshal.AsSpan(_notes).BinarySearch(new FirstFrom(sought));
        if (first < 0) first = ~first;
        var (counts, end) = SumFrom(first, sought >> DayShift);
        if (end > first) _notes[first] |= Found;
        return counts;
    }

    /// <summary>What nobody has asked for.</summary>
    public IEnumerable<KeyValuePair<TraceKey, TraceCounts>> Missing => Sums(foundToo: false);

    private IEnumerable<KeyValuePair<TraceKey, TraceCounts>> Sums(bool foundToo)
    {
        Sort();
        for (var first = 0; first < _notes.Count;)
        {
            var note = _notes[first];
            var (counts, end) = SumFrom(first, note >> DayShift);
            if (counts != default && (foundToo || (note & Found) == 0))
            {
                var day = DateOnly.FromDayNumber((int)((uint)note >> DayShift));
                yield return new(new(_owners[(int)(note >> OwnerShift)], day), counts);
            }

            first = end;
        }
    }

    private (TraceCounts Counts, int End) SumFrom(int first, ulong day)
    {
        var counts = default(TraceCounts);
        var end = first;
        for (; end < _notes.Count && _notes[end] >> DayShift == day; end++)
        {
            var note = (uint)_notes[end];
            counts += TraceCounts.Of((TraceKind)((note & byte.MaxValue) >> KindShift),
                (note & TakenBack) == 0 ? 1 : -1);
        }

        return (counts, end);
    }

    private void Sort()
    {
        if (!_areSorted) CollectionsMarshal.AsSpan(_notes).Sort();
        _areSorted = true;
    }

    private int NumberOf(string owner)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, owner, out var known);
        if (known) return number;

        number = _owners.Count;
        _owners.Add(owner);
        return number;
    }

    /// <summary>Stands before the first note of a day.</summary>
    private readonly struct FirstFrom(ulong sought) : IComparable<ulong>
    {
        public int CompareTo(ulong note) => note < sought ? 1 : -1;
    }
}
