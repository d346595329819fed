using System.Buffers.Binary;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>
/// The cells of one measure on one day for all values of a dimension that has thousands of them and is ranked as a
/// whole: a cell each would be half a million rows a year, and the ten most viewed routes would read all of them. A
/// year of packs is 365 rows, whatever days a period begins and ends with.
/// </summary>
internal sealed class PackedDay
{
    public required string Measure { get; init; }

    public required string Dimension { get; init; }

    /// <summary>The day in Asia/Shanghai.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>As <see cref="Pack"/> writes them.</summary>
    public required byte[] Cells { get; init; }
}

/// <summary>The number that stands for a value of a packed dimension; once given it never changes.</summary>
internal sealed class PackedKey
{
    public required string Dimension { get; init; }

    public required string Key { get; init; }

    /// <summary>From 0 without gaps, over all packed dimensions.</summary>
    public required int Number { get; init; }
}

/// <summary>
/// Numbers of <see cref="PackedKey"/> in ascending order, four bytes each, followed by their values, eight bytes, both
/// with the most significant byte first; a value that is zero is left out.
/// </summary>
internal static class Pack
{
    private const int Entry = sizeof(int) + sizeof(long);

    public static int Count(ReadOnlySpan<byte> pack) => pack.Length / Entry;

    public static (int Number, long Value) At(ReadOnlySpan<byte> pack, int index)
    {
        var entry = pack.Slice(index * Entry, Entry);
        return (BinaryPrimitives.ReadInt32BigEndian(entry), BinaryPrimitives.ReadInt64BigEndian(entry[sizeof(int)..]));
    }

    /// <summary>A pack after changes.</summary>
    /// <param name="pack">What was kept; empty where nothing was.</param>
    /// <param name="changes">What is added, by number; in no order.</param>
    public static byte[] Add(ReadOnlySpan<byte> pack, IEnumerable<(int Number, long Value)> changes)
    {
        (int Number, long Value)[] added = [.. changes.OrderBy(change => change.Number)];
        var sums = new byte[pack.Length + (added.Length * Entry)];
        var (written, kept, next) = (0, 0, 0);
        while (kept < Count(pack) || next < added.Length)
        {
            var number = Math.Min(
                kept < Count(pack) ? At(pack, kept).Number : int.MaxValue,
                next < added.Length ? added[next].Number : int.MaxValue);
            var value = 0L;
            for (; kept < Count(pack) && At(pack, kept).Number == number; kept++) value += At(pack, kept).Value;
            for (; next < added.Length && added[next].Number == number; next++) value += added[next].Value;
            if (value == 0) continue;

            BinaryPrimitives.WriteInt32BigEndian(sums.AsSpan(written), number);
            BinaryPrimitives.WriteInt64BigEndian(sums.AsSpan(written + sizeof(int)), value);
            written += Entry;
        }

        return sums[..written];
    }
}
