using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Jingdezhen.Tourism.Routes.Planning.Tours;

/// <summary>
/// The visits of every day in order, with the earliest start of each (forward) and the latest start that keeps the rest
/// of the day feasible (backward), so that testing an insertion is O(1) (Vansteenwegen et al. 2009 call the difference
/// MaxShift). A day occupies <see cref="Stride"/> entries of each array: its start at 0, its visits, its end, and
/// padding that vector loads may read.
/// </summary>
internal sealed class DayTours
{
    private const int Padding = 16;
    private const int Never = int.MaxValue / 4;

    private readonly TourProblem problem;
    private readonly int[] travel;
    private readonly int[] travelBack;
    private readonly int[] nearestIn;
    private readonly int[] nearestOut;
    private readonly int size;

    public readonly int Stride;
    public readonly int[] Sequence;
    public readonly int[] Start;
    public readonly int[] Depart;
    public readonly int[] Latest;
    public readonly int[] Way;
    public readonly int[] Length;
    public readonly int[] DayOf;
    public readonly int[] Unvisited;
    private readonly int[] unvisitedAt;
    public int UnvisitedCount;
    public long Value;

    public DayTours(TourProblem problem)
    {
        this.problem = problem;
        size = problem.Size;
        travel = problem.Travel;
        travelBack = Transposed(travel, size);
        nearestIn = Nearest(travelBack, problem);
        nearestOut = Nearest(travel, problem);
        Stride = problem.Nodes + 2 + Padding;
        Sequence = new int[problem.Days * Stride];
        Start = new int[problem.Days * Stride];
        Depart = new int[problem.Days * Stride];
        Latest = new int[problem.Days * Stride];
        Way = new int[problem.Days * Stride];
        Length = new int[problem.Days];
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
        var (from, count) = (day * Stride, Math.Max(other.Length[day], Length[day]) + 2 + Padding);
        count = Math.Min(count, Stride);
        Array.Copy(other.Sequence, from, Sequence, from, count);
        Array.Copy(other.Start, from, Start, from, count);
        Array.Copy(other.Depart, from, Depart, from, count);
        Array.Copy(other.Latest, from, Latest, from, count);
        Array.Copy(other.Way, from, Way, from, count);
        Length[day] = other.Length[day];
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
    /// The cheapest feasible place for a node on a day, or false. The position is that of the visit it would follow;
    /// the cost is the time it takes from the day, with waiting counted by <paramref name="waitWeight"/>: 0, 128 or 256
    /// in 256ths. A blink (Christiaens, Vanden Berghe 2020) passes over a feasible position now and then.
    /// </summary>
    public bool FindPlace<TRules>(
        ref TRules rules, int day, int node, int waitWeight, int blinkBits, TourRandom random,
        out int position, out int cost)
        where TRules : struct, ITourRules
    {
        position = -1;
        cost = int.MaxValue;
        var last = Length[day];
        var offset = day * Stride;
        var opens = problem.Opens[day][node];
        var closes = problem.Closes[day][node];
        if (opens > closes || !rules.Allows(day, node)) return false;
        var duration = problem.Duration[node];

        ref var depart = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Depart), offset);
        ref var latest = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Latest), offset + 1);
        ref var ways = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Way), offset);
        ref var sequence = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Sequence), offset);
        var outRow = travel.AsSpan(node * size, size);
        var inRow = travelBack.AsSpan(node * size, size);
        Span<int> costs = stackalloc int[Vector256<int>.Count];

        // Eight positions at a time: the node must fit even from and to its nearest neighbours, and even without any
        // detour. What passes is looked at exactly, again eight at a time.
        var soonest = Vector256.Create(nearestIn[node]);
        var opening = Vector256.Create(opens);
        var closing = Vector256.Create(closes);
        var stay = Vector256.Create(duration);
        var least = Vector256.Create(duration + nearestOut[node]);
        var waitHalves = Vector256.Create(waitWeight >> 7);
        for (var block = 0; block <= last; block += Vector256<int>.Count)
        {
            var leave = Vector256.LoadUnsafe(ref depart, (nuint)block);
            var limit = Vector256.LoadUnsafe(ref latest, (nuint)block);
            var way = Vector256.LoadUnsafe(ref ways, (nuint)block);
            var arrive = leave + soonest;
            var fits = Vector256.LessThanOrEqual(Vector256.Max(arrive, opening) + least, limit)
                & Vector256.LessThanOrEqual(arrive, closing)
                & Vector256.LessThanOrEqual(leave + stay + way, limit);
            if (fits == Vector256<int>.Zero) continue;

            var inbound = Gather(inRow, Vector256.LoadUnsafe(ref sequence, (nuint)block));
            var outbound = Gather(outRow, Vector256.LoadUnsafe(ref sequence, (nuint)block + 1));
            var arrival = leave + inbound;
            var start = Vector256.Max(arrival, opening);
            var price = inbound + outbound - way + stay
                + Vector256.ShiftRightArithmetic((start - arrival) * waitHalves, 1);
            fits &= Vector256.LessThanOrEqual(arrival, closing)
                & Vector256.LessThanOrEqual(start + stay + outbound, limit)
                & Vector256.LessThan(price, Vector256.Create(cost));
            if (fits == Vector256<int>.Zero) continue;
            price.CopyTo(costs);
            for (var bits = fits.ExtractMostSignificantBits(); bits != 0; bits &= bits - 1)
            {
                var lane = System.Numerics.BitOperations.TrailingZeroCount(bits);
                if (costs[lane] >= cost) continue;
                if (blinkBits > 0 && (random.NextBits() & 1023) < (ulong)blinkBits) continue;
                var p = block + lane;
                if (!rules.Allows(day, node, Unsafe.Add(ref sequence, p), Unsafe.Add(ref sequence, p + 1))) continue;
                cost = costs[lane];
                position = p;
            }
        }
        return position >= 0;
    }

    private static unsafe Vector256<int> Gather(ReadOnlySpan<int> row, Vector256<int> columns)
    {
        if (Avx2.IsSupported)
        {
            fixed (int* first = row) return Avx2.GatherVector256(first, columns, sizeof(int));
        }
        return Vector256.Create(row[columns[0]], row[columns[1]], row[columns[2]], row[columns[3]],
            row[columns[4]], row[columns[5]], row[columns[6]], row[columns[7]]);
    }

    /// <summary>The cost of a node at one position, or <see cref="int.MaxValue"/> when it does not fit there.</summary>
    public int CostAt<TRules>(ref TRules rules, int day, int node, int position, int waitWeight)
        where TRules : struct, ITourRules
    {
        var at = (day * Stride) + position;
        var (previous, next) = (Sequence[at], Sequence[at + 1]);
        var inbound = travel[(previous * size) + node];
        var arrival = Depart[at] + inbound;
        if (arrival > problem.Closes[day][node]) return int.MaxValue;
        var start = Math.Max(arrival, problem.Opens[day][node]);
        var outbound = travel[(node * size) + next];
        var duration = problem.Duration[node];
        if (start + duration + outbound > Latest[at + 1]) return int.MaxValue;
        if (!rules.Allows(day, node, previous, next)) return int.MaxValue;
        return inbound + outbound - Way[at] + duration + (((start - arrival) * (waitWeight >> 7)) >> 1);
    }

    /// <summary>Inserts a node behind a position; the caller has seen that it fits.</summary>
    public void Insert(int day, int position, int node)
    {
        var offset = day * Stride;
        var length = ++Length[day];
        var tail = length - position;
        Array.Copy(Sequence, offset + position + 1, Sequence, offset + position + 2, tail);
        Array.Copy(Start, offset + position + 1, Start, offset + position + 2, tail);
        Array.Copy(Depart, offset + position + 1, Depart, offset + position + 2, tail);
        Array.Copy(Latest, offset + position + 1, Latest, offset + position + 2, tail);
        Array.Copy(Way, offset + position + 1, Way, offset + position + 2, tail);
        Sequence[offset + position + 1] = node;
        Start[offset + position + 1] = -Never;
        Latest[offset + position + 1] = Never;
        Forward(day, position + 1, stopWhenUnchanged: true);
        Backward(day, position + 1, stopWhenUnchanged: true);
        MarkVisited(node, day);
    }

    /// <summary>Takes out count visits behind a position; <see cref="Schedule"/> must follow.</summary>
    public void Cut(int day, int position, int count)
    {
        var offset = day * Stride;
        for (var p = position + 1; p <= position + count; p++) MarkUnvisited(Sequence[offset + p]);
        Array.Copy(Sequence, offset + position + count + 1, Sequence, offset + position + 1,
            Length[day] + 1 - position - count);
        Length[day] -= count;
        Array.Fill(Depart, Never, offset + Length[day] + 2, count);
        Array.Fill(Latest, -Never, offset + Length[day] + 2, count);
    }

    /// <summary>Works out all times of a day anew; false when its sequence does not hold.</summary>
    public bool Schedule(int day)
    {
        var (offset, length) = (day * Stride, Length[day]);
        Start[offset] = Depart[offset] = problem.Opens[day][problem.StartOf(day)];
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
        var (offset, end) = (day * Stride, Length[day] + 1);
        var opens = problem.Opens[day];
        var closes = problem.Closes[day];
        var durations = problem.Duration;
        var feasible = true;
        for (var p = offset + from; p <= offset + end; p++)
        {
            var node = Sequence[p];
            var way = travel[(Sequence[p - 1] * size) + node];
            Way[p - 1] = way;
            var start = Math.Max(Depart[p - 1] + way, opens[node]);
            if (stopWhenUnchanged && start == Start[p]) break;
            feasible &= start <= closes[node];
            Start[p] = start;
            Depart[p] = start + durations[node];
        }
        Depart[offset + end] = Never;
        return feasible;
    }

    private void Backward(int day, int from, bool stopWhenUnchanged)
    {
        var offset = day * Stride;
        var closes = problem.Closes[day];
        var durations = problem.Duration;
        for (var p = offset + from; p >= offset; p--)
        {
            var node = Sequence[p];
            var latest = Latest[p + 1] - Way[p] - durations[node];
            latest = Math.Min(latest, closes[node]);
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

    private static int[] Transposed(int[] matrix, int size)
    {
        var result = new int[matrix.Length];
        for (var row = 0; row < size; row++)
            for (var column = 0; column < size; column++) result[(column * size) + row] = matrix[(row * size) + column];
        return result.AsSpan().SequenceEqual(matrix) ? matrix : result;
    }

    private static int[] Nearest(int[] rows, TourProblem problem)
    {
        var result = new int[problem.Nodes];
        for (var node = 0; node < problem.Nodes; node++)
        {
            result[node] = int.MaxValue;
            for (var other = 0; other < problem.Size; other++)
                if (other != node) result[node] = Math.Min(result[node], rows[(node * problem.Size) + other]);
        }
        return result;
    }
}
