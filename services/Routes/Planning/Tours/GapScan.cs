using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Jingdezhen.Tourism.Routes.Planning.Tours;

/// <summary>
/// For every node that is left out its best gap among those looked at: a gap's two rows of travel are read once for all
/// nodes, eight at a time and without gathering, where <see cref="DayTours.FindPlace"/> reads a node's for all gaps.
/// </summary>
internal sealed class GapScan(TourTables tables)
{
    private static readonly int Lanes = Vector256<int>.Count;

    private readonly int[] costs = new int[tables.Problem.Nodes + Lanes];
    private readonly int[] gaps = new int[tables.Problem.Nodes + Lanes];

    /// <summary>Starts anew for the nodes that neither the one nor the other state visits.</summary>
    public void Begin(DayTours tours, DayTours before)
    {
        var nodes = tables.Problem.Nodes;
        ref var now = ref MemoryMarshal.GetArrayDataReference(tours.DayOf);
        ref var then = ref MemoryMarshal.GetArrayDataReference(before.DayOf);
        var node = 0;
        for (; node <= nodes - Lanes; node += Lanes)
        {
            var free = Vector256.LoadUnsafe(ref now, (nuint)node) & Vector256.LoadUnsafe(ref then, (nuint)node);
            var isFree = Vector256.LessThan(free, Vector256<int>.Zero);
            Vector256.ConditionalSelect(isFree, Vector256.Create(int.MaxValue), Vector256.Create(int.MinValue))
                .CopyTo(costs, node);
        }

        for (; node < nodes; node++)
            costs[node] = tours.DayOf[node] < 0 && before.DayOf[node] < 0 ? int.MaxValue : int.MinValue;
        costs.AsSpan(nodes).Fill(int.MinValue);
    }

    public void Look(DayTours tours, int day, int gap, int waitWeight, int blinkEvery, TourRandom random)
    {
        var problem = tables.Problem;
        var at = (day * tours.Stride) + gap;
        var (depart, latest, between) = (tours.Depart[at], tours.Latest[at + 1], tours.Way[at]);
        if (latest - depart - between < tables.ShortestStay) return;
        ref var inRow = ref tables.Travel[tours.Sequence[at] * problem.Size];
        ref var outRow = ref tables.TravelBack[tours.Sequence[at + 1] * problem.Size];
        ref var openRow = ref MemoryMarshal.GetArrayDataReference(tables.Opens[day]);
        ref var closeRow = ref MemoryMarshal.GetArrayDataReference(tables.Closes[day]);
        ref var stayRow = ref MemoryMarshal.GetArrayDataReference(tables.Duration);
        ref var cost = ref MemoryMarshal.GetArrayDataReference(costs);
        ref var place = ref MemoryMarshal.GetArrayDataReference(gaps);
        var (leave, limit, way) = (Vector256.Create(depart), Vector256.Create(latest), Vector256.Create(between));
        var here = Vector256.Create((day << 16) | gap);
        var (counted, waitShift) = (Vector256.Create(waitWeight > 0 ? -1 : 0), waitWeight == 128 ? 1 : 0);
        for (nuint block = 0; block < (nuint)problem.Nodes; block += (nuint)Lanes)
        {
            var inbound = Vector256.LoadUnsafe(ref inRow, block);
            var rest = Vector256.LoadUnsafe(ref stayRow, block) + Vector256.LoadUnsafe(ref outRow, block);
            var arrival = leave + inbound;
            var start = Vector256.Max(arrival, Vector256.LoadUnsafe(ref openRow, block));
            var price = inbound - way + rest + Vector256.ShiftRightLogical((start - arrival) & counted, waitShift);
            var least = Vector256.LoadUnsafe(ref cost, block);
            var better = Vector256.LessThanOrEqual(start + rest, limit)
                & Vector256.LessThanOrEqual(arrival, Vector256.LoadUnsafe(ref closeRow, block))
                & Vector256.LessThan(price, least);
            if (better == Vector256<int>.Zero || random.Blinks(blinkEvery)) continue;
            Vector256.ConditionalSelect(better, price, least).StoreUnsafe(ref cost, block);
            Vector256.ConditionalSelect(better, here, Vector256.LoadUnsafe(ref place, block))
                .StoreUnsafe(ref place, block);
        }
    }

    /// <summary>The next node from one on that has a gap, or −1.</summary>
    public int Next(int node, out int day, out int gap, out int cost)
    {
        for (; node < tables.Problem.Nodes; node++)
        {
            cost = costs[node];
            if (cost is int.MaxValue or int.MinValue) continue;
            (day, gap) = (gaps[node] >> 16, gaps[node] & 0xFFFF);
            return node;
        }

        (day, gap, cost) = (-1, -1, 0);
        return -1;
    }
}
