namespace Jingdezhen.Tourism.Routes.Planning.Tours;

/// <summary>
/// Good single days met during the search, from which the best set of days without a common visit is chosen: a set
/// packing, solved by depth-first search with a bound. All memory is taken at the start; the worst day makes room.
/// </summary>
internal sealed class DayPool
{
    private const int Capacity = 400;
    private const int MostSteps = 40_000;

    private readonly int days;
    private readonly int words;
    private readonly int width;
    private readonly bool alike;
    private readonly ulong[] members;
    private readonly int[] visits;
    private readonly int[] lengths = new int[Capacity];
    private readonly int[] dayOf = new int[Capacity];
    private readonly long[] values = new long[Capacity];
    private readonly int[] order = new int[Capacity];
    private readonly long[] sortKeys = new long[Capacity];
    private readonly int[] chosen;
    private readonly int[] trial;
    private readonly ulong[] taken;
    private readonly long[] hopes;
    private int count;
    private int steps;
    private long bestTotal;

    public DayPool(TourTables tables)
    {
        var problem = tables.Problem;
        days = problem.Days;
        words = (problem.Nodes + 63) / 64;
        width = problem.Nodes;
        alike = tables.AlikeDays;
        members = new ulong[Capacity * words];
        visits = new int[Capacity * width];
        chosen = new int[days];
        trial = new int[days];
        taken = new ulong[(days + 1) * words];
        hopes = new long[days + 1];
    }

    public ReadOnlySpan<int> Day(int slot) => visits.AsSpan(chosen[slot] * width, lengths[chosen[slot]]);

    public void Add(DayTours tours, int day, int[] score)
    {
        var sequence = tours.Sequence.AsSpan((day * tours.Stride) + 1, tours.Length[day]);
        if (sequence.Length == 0) return;
        var value = 0L;
        foreach (var node in sequence) value += score[node];
        var slot = count;
        if (count == Capacity)
        {
            slot = 0;
            for (var i = 1; i < count; i++)
                if (values[i] < values[slot]) slot = i;
            if (values[slot] >= value) return;
        }
        // The first words of the "taken" rows serve as the candidate's bits.
        var bits = taken.AsSpan(0, words);
        bits.Clear();
        foreach (var node in sequence) bits[node >> 6] |= 1UL << (node & 63);
        for (var i = 0; i < count; i++)
            if (values[i] == value && (alike || dayOf[i] == day)
                && members.AsSpan(i * words, words).SequenceEqual(bits)) return;

        if (slot == count) count++;
        bits.CopyTo(members.AsSpan(slot * words));
        sequence.CopyTo(visits.AsSpan(slot * width));
        lengths[slot] = sequence.Length;
        dayOf[slot] = day;
        values[slot] = value;
    }

    /// <summary>Whether days of the pool together beat a value; they are then <see cref="Day"/>.</summary>
    public bool Beats(long value)
    {
        if (count < days) return false;
        for (var i = 0; i < count; i++) (order[i], sortKeys[i]) = (i, -values[i]);
        Array.Sort(sortKeys, order, 0, count);
        hopes[days] = 0;
        for (var slot = days - 1; slot >= 0; slot--) hopes[slot] = hopes[slot + 1] + BestOf(slot);
        taken.AsSpan(0, words).Clear();
        (steps, bestTotal) = (0, value);
        Choose(slot: 0, from: 0, total: 0);
        return bestTotal > value;
    }

    private long BestOf(int slot)
    {
        for (var i = 0; i < count; i++)
            if (alike || dayOf[order[i]] == slot) return values[order[i]];
        return 0;
    }

    private void Choose(int slot, int from, long total)
    {
        if (slot == days)
        {
            if (total <= bestTotal) return;
            bestTotal = total;
            trial.CopyTo(chosen.AsSpan());
            return;
        }
        var mine = taken.AsSpan(slot * words, words);
        var next = taken.AsSpan((slot + 1) * words, words);
        for (var i = from; i < count && steps < MostSteps; i++)
        {
            var entry = order[i];
            if (!alike && dayOf[entry] != slot) continue;
            // Sorted by value: what follows cannot be better.
            var hope = alike ? values[entry] * (days - slot) : values[entry] + hopes[slot + 1];
            if (total + hope <= bestTotal) return;
            steps++;
            var bits = members.AsSpan(entry * words, words);
            var clash = 0UL;
            for (var word = 0; word < words; word++)
            {
                clash |= mine[word] & bits[word];
                next[word] = mine[word] | bits[word];
            }
            if (clash != 0) continue;
            trial[slot] = entry;
            Choose(slot + 1, alike ? i + 1 : 0, total + values[entry]);
        }
    }
}
