using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Jingdezhen.Tourism.Routes.Planning.Tours;

/// <summary>
/// The nodes that may be inserted next, each with the best gap known for it; laid out by column, so that eight are
/// looked at together. A gap is checked again when its node's turn comes, as others may have been filled since.
/// </summary>
internal sealed class Candidates(TourTables tables)
{
    private static readonly int Lanes = Vector256<int>.Count;

    public readonly int[] Node = new int[tables.Problem.Nodes + Lanes];
    public readonly int[] Day = new int[tables.Problem.Nodes + Lanes];
    public readonly int[] Gap = new int[tables.Problem.Nodes + Lanes];
    public readonly int[] Cost = new int[tables.Problem.Nodes + Lanes];
    private readonly float[] worth = new float[tables.Problem.Nodes + Lanes];
    private readonly float[] key = new float[tables.Problem.Nodes + Lanes];
    private bool byTime;

    public int Count { get; private set; }

    /// <summary>Starts anew; with <paramref name="worthByTime"/> a node's key is its worth over its cost, else its
    /// worth.</summary>
    public void Clear(bool worthByTime)
    {
        byTime = worthByTime;
        Count = 0;
        Array.Fill(key, float.MinValue);
    }

    public void Add(int node, float nodeWorth, int day, int gap, int cost)
    {
        Node[Count] = node;
        worth[Count] = nodeWorth;
        Move(Count++, day, gap, cost);
    }

    /// <summary>Gives a candidate another gap, and by it another turn.</summary>
    public void Move(int at, int day, int gap, int cost)
    {
        (Day[at], Gap[at], Cost[at]) = (day, gap, cost);
        key[at] = byTime ? worth[at] / (cost + 1f) : worth[at];
    }

    public void RemoveAt(int at)
    {
        var last = --Count;
        (Node[at], Day[at], Gap[at], Cost[at]) = (Node[last], Day[last], Gap[last], Cost[last]);
        (worth[at], key[at]) = (worth[last], key[last]);
        key[last] = float.MinValue;
    }

    /// <summary>The candidate whose turn it is.</summary>
    public int First()
    {
        ref var keys = ref MemoryMarshal.GetArrayDataReference(key);
        var most = Vector256.LoadUnsafe(ref keys);
        for (var block = Lanes; block < Count; block += Lanes)
            most = Vector256.Max(most, Vector256.LoadUnsafe(ref keys, (nuint)block));
        var top = most[0];
        for (var lane = 1; lane < Lanes; lane++) top = MathF.Max(top, most[lane]);
        for (var block = 0; ; block += Lanes)
        {
            var found = Vector256.Equals(Vector256.LoadUnsafe(ref keys, (nuint)block), Vector256.Create(top));
            if (found.ExtractMostSignificantBits() is not 0 and var bits)
                return block + BitOperations.TrailingZeroCount(bits);
        }
    }

    /// <summary>
    /// After an insertion two gaps are new and the others at best as good as they were. Whoever fits better into one of
    /// the new takes it.
    /// </summary>
    public void Inserted<TRules>(DayTours tours, ref TRules rules, int day, int gap, int waitWeight)
        where TRules : struct, ITourRules
    {
        for (var block = 0; block < Count; block += Lanes)
        {
            var at = (nuint)block;
            var gaps = Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(Gap), at);
            var days = Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(Day), at);
            var later = Vector256.Equals(days, Vector256.Create(day))
                & Vector256.GreaterThan(gaps, Vector256.Create(gap));
            (gaps - later).StoreUnsafe(ref MemoryMarshal.GetArrayDataReference(Gap), at);
        }
        Offer(tours, ref rules, day, gap, waitWeight);
        Offer(tours, ref rules, day, gap + 1, waitWeight);
    }

    private void Offer<TRules>(DayTours tours, ref TRules rules, int day, int gap, int waitWeight)
        where TRules : struct, ITourRules
    {
        var (problem, at) = (tables.Problem, (day * tours.Stride) + gap);
        if (tours.Latest[at + 1] - tours.Depart[at] - tours.Way[at] < tables.ShortestStay) return;
        var (previous, next) = (tours.Sequence[at], tours.Sequence[at + 1]);
        var way = Vector256.Create(tours.Way[at]);
        var leave = Vector256.Create(tours.Depart[at]);
        var limit = Vector256.Create(tours.Latest[at + 1]);
        var (counted, waitShift) = (Vector256.Create(waitWeight > 0 ? -1 : 0), waitWeight == 128 ? 1 : 0);
        var inRow = tables.Travel.AsSpan(previous * problem.Size, problem.Nodes);
        var (openRow, closeRow, stayRow) = (tables.Opens[day], tables.Closes[day], tables.Duration);
        var outRow = tables.TravelBack.AsSpan(next * problem.Size, problem.Nodes);
        for (var block = 0; block < Count; block += Lanes)
        {
            var nodes = Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(Node), (nuint)block);
            var arrival = leave + DayTours.Gather(inRow, nodes);
            var start = Vector256.Max(arrival, DayTours.Gather(openRow, nodes));
            var price = arrival - leave - way + Vector256.ShiftRightLogical((start - arrival) & counted, waitShift);
            var rest = DayTours.Gather(stayRow, nodes) + DayTours.Gather(outRow, nodes);
            price += rest;
            var better = Vector256.LessThanOrEqual(start + rest, limit)
                & Vector256.LessThanOrEqual(arrival, DayTours.Gather(closeRow, nodes))
                & Vector256.LessThan(
                    price, Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(Cost), (nuint)block));
            for (var bits = better.ExtractMostSignificantBits(); bits != 0; bits &= bits - 1)
            {
                var lane = BitOperations.TrailingZeroCount(bits);
                var slot = block + lane;
                if (slot >= Count) break;
                if (rules.Allows(day, Node[slot]) && rules.Allows(day, Node[slot], previous, next))
                    Move(slot, day, gap, price[lane]);
            }
        }
    }
}
