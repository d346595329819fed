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
/// Numbers of <see cref="PackedKey"/> in ascending order, each as its distance from the one before and followed by its
/// value, which is never zero: varints, the values in zigzag (Protocol Buffers, "Encoding"). Of routes an entry has two
/// or three bytes, and what a year's packs cost to read is their bytes.
/// </summary>
internal static class Pack
{
    private const int LongestEntry = 15;
    private const int Bits = 7;
    private const byte More = 1 << Bits;

    public static Entries Read(ReadOnlySpan<byte> pack) => new(pack);

    /// <summary>A pack after changes.</summary>
    /// <param name="pack">What was kept; empty where nothing was.</param>
    /// <param name="changes">What is added, by number; in no order.</param>
    public static byte[] Add(ReadOnlySpan<byte> pack, IEnumerable<(int Number, long Value)> changes)
    {
        (int Number, long Value)[] added = [.. changes.OrderBy(change => change.Number)];
        var sums = new byte[pack.Length + (added.Length * LongestEntry) + LongestEntry];
        var (written, before, next) = (0, 0, 0);
        var kept = Read(pack);
        for (var isKept = kept.MoveNext(); isKept || next < added.Length;)
        {
            var number = Math.Min(
                isKept ? kept.Number : int.MaxValue, next < added.Length ? added[next].Number : int.MaxValue);
            var value = 0L;
            if (isKept && kept.Number == number)
            {
                value = kept.Value;
                isKept = kept.MoveNext();
            }

            for (; next < added.Length && added[next].Number == number; next++) value += added[next].Value;
            if (value == 0) continue;

            Write(sums, ref written, (ulong)(number - before));
            Write(sums, ref written, (ulong)((value << 1) ^ (value >> 63)));
            before = number;
        }

        return sums[..written];
    }

    private static void Write(byte[] pack, ref int at, ulong number)
    {
        for (; number >= More; number >>= Bits) pack[at++] = (byte)(number | More);
        pack[at++] = (byte)number;
    }

    /// <summary>Goes through a pack; before the first step it stands nowhere.</summary>
    internal ref struct Entries(ReadOnlySpan<byte> pack)
    {
        private readonly ReadOnlySpan<byte> _pack = pack;
        private int _at;

        public int Number { get; private set; }

        public long Value { get; private set; }

        public bool MoveNext()
        {
            if (_at == _pack.Length) return false;

            Number += (int)Next();
            var value = Next();
            Value = (long)(value >> 1) ^ -(long)(value & 1);
            return true;
        }

        private ulong Next()
        {
            ulong number = _pack[_at++];
            if (number < More) return number;

            number &= More - 1;
            for (var shift = Bits; ; shift += Bits)
            {
                ulong part = _pack[_at++];
                number |= (part & (More - 1)) << shift;
                if (part < More) return number;
            }
        }
    }
}
