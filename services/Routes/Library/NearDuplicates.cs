using System.Numerics;

namespace Jingdezhen.Tourism.Routes.Library;

/// <summary>
/// Two routes of equally many days are near-duplicates when nine tenths of the larger one's visits are in the other
/// too, at
/// the same place on the same day. One bit a day and place makes the comparison a few instructions.
/// </summary>
internal sealed class NearDuplicates
{
    private const double Share = 0.9;

    private readonly Dictionary<string, int> bits = new(StringComparer.Ordinal);
    private readonly Dictionary<int, List<(ulong[] Bits, int Count)>> known = [];

    /// <summary>Remembers the route unless one like it is known already.</summary>
    /// <param name="days">Its number of days.</param>
    /// <param name="stops">"day/place" of every visit.</param>
    public bool TryAdd(int days, IReadOnlyList<string> stops)
    {
        var set = Bits(stops);
        if (!known.TryGetValue(days, out var others)) known[days] = others = [];
        foreach (var (other, count) in others)
        {
            if (Shared(set, other) >= Share * Math.Max(stops.Count, count)) return false;
        }

        others.Add((set, stops.Count));
        return true;
    }

    private ulong[] Bits(IReadOnlyList<string> stops)
    {
        foreach (var stop in stops) bits.TryAdd(stop, bits.Count);
        var set = new ulong[(bits.Count + 63) / 64];
        foreach (var stop in stops) set[bits[stop] / 64] |= 1UL << (bits[stop] % 64);
        return set;
    }

    private static int Shared(ulong[] left, ulong[] right)
    {
        var shared = 0;
        for (var word = 0; word < Math.Min(left.Length, right.Length); word++) shared += BitOperations.PopCount(
            left[word] & right[word]);
        return shared;
    }
}
