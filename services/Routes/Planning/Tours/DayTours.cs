using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Jingdezhen.Tourism.Routes.Planning.Tours;

/// <summary>
/// The visits of every day in order, with the earliest departure of each (forward) and the latest start that keeps the
/// rest of the day feasible (backward), so that testing an insertion is O(1) (Vansteenwegen et al. 2009 call the
/// difference MaxShift). A day occupies <see cref="Stride"/> entries of each array: its start at 0, its visits, its
/// end, and padding that vector loads may read. Gap p lies between positions p and p + 1.
/// </summary>
internal sealed class DayTours
{
    private const int Padding = 16;
    private static readonly Vector256<int> OneOn = Vector256.Create(1, 2, 3, 4, 5, 6, 7, 7);
    private const int Never = TourTables.Never;

    private readonly TourProblem problem;
    private readonly TourTables tables;
    private readonly int[] travel;
    private readonly int[] travelBack;
    private readonly int size;

    public readonly int Stride;
    public readonly int[] Sequence;
    public readonly int[] Depart;
    public readonly int[] Latest;
    public readonly int[] Way;
    public readonly int[] Length;

    /// <summary>When each day is home.</summary>
    public readonly int[] Home;
    public readonly int[] DayOf;
    public readonly int[] Unvisited;
    private readonly int[] unvisitedAt;
    public int UnvisitedCount;
    public long Value;

    public DayTours(TourTables tables)
    {
        this.tables = tables;
        problem = tables.Problem;
        size = problem.Size;
        travel = tables.Travel;
        travelBack = tables.TravelBack;
        Stride = problem.Nodes + 2 + Padding;
        Sequence = new int[problem.Days * Stride];
        Depart = new int[problem.Days * Stride];
        Latest = new int[problem.Days * Stride];
        Way = new int[problem.Days * Stride];
        Length = new int[problem.Days];
        Home = new int[problem.Days];
        DayOf = new int[problem.Nodes];
        Unvisited = new int[problem.Nodes];
        unvisitedAt = new int[problem.Nodes];
        Clear();
    }

    public void Clear()
    {
        Array.Fill(Latest, -Never);
        Array.Fill(Depart, Never);
        for (var day = 0; day < problem.Days; day++)
        {
            Length[day] = 0;
            Sequence[day * Stride] = problem.StartOf(day);
            Sequence[(day * Stride) + 1] = problem.EndOf(day);
            Schedule(day);
        }
        UnvisitedCount = problem.Nodes;
        for (var node = 0; node < problem.Nodes; node++)
        {
            DayOf[node] = -1;
            Unvisited[node] = unvisitedAt[node] = node;
        }
        Value = 0;
    }

    /// <summary>Takes over another state's day; the node lists follow with <see cref="CopyNodesFrom"/>.</summary>
    public void CopyDayFrom(DayTours other, int day)
    {
        var (from, count) = (day * Stride, Math.Max(other.Length[day], Length[day]) + 2);
        other.Sequence.AsSpan(from, count).CopyTo(Sequence.AsSpan(from));
        other.Depart.AsSpan(from, count).CopyTo(Depart.AsSpan(from));
        other.Latest.AsSpan(from, count).CopyTo(Latest.AsSpan(from));
        other.Way.AsSpan(from, count).CopyTo(Way.AsSpan(from));
        Length[day] = other.Length[day];
        Home[day] = other.Home[day];
    }

    public void CopyNodesFrom(DayTours other)
    {
        other.DayOf.CopyTo(DayOf.AsSpan());
        other.Unvisited.AsSpan(0, other.UnvisitedCount).CopyTo(Unvisited);
        other.unvisitedAt.CopyTo(unvisitedAt.AsSpan());
        UnvisitedCount = other.UnvisitedCount;
        Value = other.Value;
    }

    public void CopyFrom(DayTours other)
    {
        for (var day = 0; day < problem.Days; day++) CopyDayFrom(other, day);
        CopyNodesFrom(other);
    }

    /// <summary>
    /// The first and the last gap of a day that are not as in another state of it: with other neighbours, an earlier
    /// departure or a later latest start. What did not fit into any gap then fits into no other gap now. Nearby are
    /// only those with other neighbours, and <paramref name="margin"/> more to either side.
    /// </summary>
    public (int From, int To) ChangedGaps(DayTours before, int day, bool nearby, int margin)
    {
        var (offset, mine, theirs) = (day * Stride, Length[day], before.Length[day]);
        var (from, shorter) = (0, Math.Min(mine, theirs));
        while (from <= shorter && Sequence[offset + from + 1] == before.Sequence[offset + from + 1]
            && (nearby || Latest[offset + from + 1] == before.Latest[offset + from + 1])) from++;
        var (to, shift) = (mine, theirs - mine);
        while (to >= from && to + shift >= 0 && Sequence[offset + to] == before.Sequence[offset + to + shift]
            && (nearby || Depart[offset + to] == before.Depart[offset + to + shift])) to--;
        return !nearby || to < from ? (from, to) : (Math.Max(0, from - margin), Math.Min(mine, to + margin));
    }

    /// <summary>
    /// The cheapest feasible gap for a node on a day among those from first to last, or false. The cost is the time it
    /// takes from the day, with waiting counted by <paramref name="waitWeight"/>: 0, 128 or 256 in 256ths. A blink
    /// (Christiaens, Vanden Berghe 2020) passes over a feasible gap now and then.
    /// </summary>
    public bool FindPlace<TRules>(
        ref TRules rules, int day, int node, int first, int last, int waitWeight, int blinkEvery, TourRandom random,
        out int position, out int cost)
        where TRules : struct, ITourRules
    {
        position = -1;
        cost = int.MaxValue;
        var offset = day * Stride;
        ref readonly var times = ref tables.Times(day, node);
        // Departures and latest starts rise along the day: the first and the last gap speak for all between.
        if (last < first) return false;
        var soonest = Depart[offset + first] + times.Inbound;
        if (soonest > times.Closes
            || Math.Max(soonest, times.Opens) + times.Least > Latest[offset + last + 1]) return false;
        if (!rules.Allows(day, node)) return false;

        ref var depart = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Depart), offset);
        ref var latest = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Latest), offset + 1);
        ref var ways = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Way), offset);
        ref var sequence = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Sequence), offset);
        var outRow = travel.AsSpan(node * size, size);
        var inRow = travelBack.AsSpan(node * size, size);

        // Eight gaps at a time: the node must fit even from and to its nearest neighbours, and even without any
        // detour. What passes is looked at exactly, again eight at a time.
        var nearest = Vector256.Create(times.Inbound);
        var opening = Vector256.Create(times.Opens);
        var closing = Vector256.Create(times.Closes);
        var stay = Vector256.Create(problem.Duration[node]);
        var least = Vector256.Create(times.Least);
        // A product would be the dearest of all that follows.
        var (counted, waitShift) = (Vector256.Create(waitWeight > 0 ? -1 : 0), waitWeight == 128 ? 1 : 0);
        Span<int> prices = stackalloc int[Vector256<int>.Count];
        for (var block = first; block <= last; block += Vector256<int>.Count)
        {
            var leave = Vector256.LoadUnsafe(ref depart, (nuint)block);
            var limit = Vector256.LoadUnsafe(ref latest, (nuint)block);
            var way = Vector256.LoadUnsafe(ref ways, (nuint)block);
            var arrive = leave + nearest;
            var fits = Vector256.LessThanOrEqual(Vector256.Max(arrive, opening) + least, limit)
                & Vector256.LessThanOrEqual(arrive, closing)
                & Vector256.LessThanOrEqual(leave + stay + way, limit);
            if (fits == Vector256<int>.Zero) continue;

            var inbound = Gather(inRow, Vector256.LoadUnsafe(ref sequence, (nuint)block));
            // There and back alike: what leads to the next is what leads from it, one gap further.
            var outbound = tables.Symmetric
                ? Vector256.Shuffle(inbound, OneOn).WithElement(7, outRow[Unsafe.Add(ref sequence, block + 8)])
                : Gather(outRow, Vector256.LoadUnsafe(ref sequence, (nuint)block + 1));
            var arrival = leave + inbound;
            var start = Vector256.Max(arrival, opening);
            var price = inbound + outbound - way + stay
                + Vector256.ShiftRightLogical((start - arrival) & counted, waitShift);
            fits &= Vector256.LessThanOrEqual(arrival, closing)
                & Vector256.LessThanOrEqual(start + stay + outbound, limit)
                & Vector256.LessThan(price, Vector256.Create(cost));
            if (fits == Vector256<int>.Zero) continue;
            price.CopyTo(prices);
            for (var bits = fits.ExtractMostSignificantBits(); bits != 0; bits &= bits - 1)
            {
                var lane = System.Numerics.BitOperations.TrailingZeroCount(bits);
                var p = block + lane;
                if (p > last) break;
                if (prices[lane] >= cost || (blinkEvery > 0 && random.Blinks(blinkEvery))) continue;
                if (!rules.Allows(day, node, Unsafe.Add(ref sequence, p), Unsafe.Add(ref sequence, p + 1))) continue;
                cost = prices[lane];
                position = p;
            }
        }
        return position >= 0;
    }

    /// <summary>Eight entries of a row of <see cref="TourTables"/>, whose arrays never move.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector256<int> Gather(ReadOnlySpan<int> row, Vector256<int> columns)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.GatherVector256(
                (int*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(row)), columns, sizeof(int));
        }
        return Vector256.Create(row[columns[0]], row[columns[1]], row[columns[2]], row[columns[3]],
            row[columns[4]], row[columns[5]], row[columns[6]], row[columns[7]]);
    }

    /// <summary>The cost of a node in one gap, or <see cref="int.MaxValue"/> when it does not fit there.</summary>
    public int CostAt<TRules>(ref TRules rules, int day, int node, int position, int waitWeight)
        where TRules : struct, ITourRules
    {
        var at = (day * Stride) + position;
        var (previous, next) = (Sequence[at], Sequence[at + 1]);
        ref readonly var times = ref tables.Times(day, node);
        var inbound = travelBack[(node * size) + previous];
        var arrival = Depart[at] + inbound;
        if (arrival > times.Closes) return int.MaxValue;
        var start = Math.Max(arrival, times.Opens);
        var outbound = travel[(node * size) + next];
        var duration = problem.Duration[node];
        if (start + duration + outbound > Latest[at + 1]) return int.MaxValue;
        if (!rules.Allows(day, node, previous, next)) return int.MaxValue;
        return inbound + outbound - Way[at] + duration + (((start - arrival) * (waitWeight >> 7)) >> 1);
    }

    /// <summary>Inserts a node into a gap; the caller has seen that it fits.</summary>
    public void Insert(int day, int position, int node)
    {
        var at = (day * Stride) + position + 1;
        var tail = ++Length[day] - position;
        Sequence.AsSpan(at, tail).CopyTo(Sequence.AsSpan(at + 1));
        Depart.AsSpan(at, tail).CopyTo(Depart.AsSpan(at + 1));
        Latest.AsSpan(at, tail).CopyTo(Latest.AsSpan(at + 1));
        Way.AsSpan(at, tail).CopyTo(Way.AsSpan(at + 1));
        Sequence[at] = node;
        Depart[at] = -Never;
        Latest[at] = Never;
        Forward(day, position + 1, stopWhenUnchanged: true);
        Backward(day, position + 1, stopWhenUnchanged: true);
        MarkVisited(node, day);
    }

    /// <summary>Takes out count visits behind a position; <see cref="Schedule"/> must follow.</summary>
    public void Cut(int day, int position, int count)
    {
        var offset = day * Stride;
        for (var p = position + 1; p <= position + count; p++) MarkUnvisited(Sequence[offset + p]);
        Sequence.AsSpan(offset + position + count + 1, Length[day] + 1 - position - count)
            .CopyTo(Sequence.AsSpan(offset + position + 1));
        Length[day] -= count;
        Depart.AsSpan(offset + Length[day] + 2, count).Fill(Never);
        Latest.AsSpan(offset + Length[day] + 2, count).Fill(-Never);
    }

    /// <summary>Works out all times of a day anew; false when its sequence does not hold.</summary>
    public bool Schedule(int day)
    {
        var (offset, length) = (day * Stride, Length[day]);
        Depart[offset] = problem.Opens[day][problem.StartOf(day)];
        Latest[offset + length + 1] = problem.Closes[day][problem.EndOf(day)];
        var feasible = Forward(day, 1, stopWhenUnchanged: false);
        Backward(day, length, stopWhenUnchanged: false);
        return feasible;
    }

    public int PositionOf(int node)
    {
        var offset = DayOf[node] * Stride;
        return Array.IndexOf(Sequence, node, offset, Length[DayOf[node]] + 1) - offset;
    }

    private bool Forward(int day, int from, bool stopWhenUnchanged)
    {
        var (offset, end) = (day * Stride, (day * Stride) + Length[day] + 1);
        var opens = problem.Opens[day];
        var closes = problem.Closes[day];
        var durations = problem.Duration;
        var feasible = true;
        var previous = Sequence[offset + from - 1];
        var depart = Depart[offset + from - 1];
        for (var p = offset + from; p <= end; p++)
        {
            var node = Sequence[p];
            var way = travel[(previous * size) + node];
            Way[p - 1] = way;
            var start = Math.Max(depart + way, opens[node]);
            feasible &= start <= closes[node];
            depart = start + durations[node];
            if (p == end) Home[day] = depart;
            else if (stopWhenUnchanged && depart == Depart[p]) break;
            else Depart[p] = depart;
            previous = node;
        }
        Depart[end] = Never;
        return feasible;
    }

    private void Backward(int day, int from, bool stopWhenUnchanged)
    {
        var offset = day * Stride;
        var closes = problem.Closes[day];
        var durations = problem.Duration;
        var latest = Latest[offset + from + 1];
        for (var p = offset + from; p >= offset; p--)
        {
            var node = Sequence[p];
            latest = Math.Min(latest - Way[p] - durations[node], closes[node]);
            if (stopWhenUnchanged && latest == Latest[p]) break;
            Latest[p] = latest;
        }
    }

    private void MarkVisited(int node, int day)
    {
        DayOf[node] = day;
        var hole = unvisitedAt[node];
        var moved = Unvisited[--UnvisitedCount];
        Unvisited[hole] = moved;
        unvisitedAt[moved] = hole;
    }

    private void MarkUnvisited(int node)
    {
        DayOf[node] = -1;
        unvisitedAt[node] = UnvisitedCount;
        Unvisited[UnvisitedCount++] = node;
    }
}
