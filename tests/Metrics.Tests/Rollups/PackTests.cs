using Jingdezhen.Tourism.Metrics.Rollups;

namespace Jingdezhen.Tourism.Metrics.Tests.Rollups;

public sealed class PackTests
{
    [Fact]
    public void A_pack_is_the_sum_of_whatever_was_added_to_it_in_whatever_order()
    {
        var random = new Random(1);
        var (pack, sums) = (Array.Empty<byte>(), new SortedDictionary<int, long>());
        for (var round = 0; round < 200; round++)
        {
            var changes = Enumerable.Range(0, random.Next(8))
                .Select(_ => (Number: random.Next(40), Value: random.NextInt64(-3, 4) << random.Next(40))).ToList();
            foreach (var (number, value) in changes) sums[number] = sums.GetValueOrDefault(number) + value;

            pack = Pack.Add(pack, changes);

            Assert.Equal(
                sums.Where(sum => sum.Value != 0).Select(sum => (sum.Key, sum.Value)),
                EntriesOf(pack));
        }
    }

    [Fact]
    public void What_is_taken_back_leaves_nothing()
    {
        var pack = Pack.Add([], [(7, 5), (3, 1)]);

        Assert.Empty(Pack.Add(pack, [(3, -1), (7, -5)]));
    }

    [Fact]
    public void The_largest_numbers_and_values_are_kept_whole()
    {
        (int, long)[] entries = [(0, long.MinValue), (1, long.MaxValue), (127, -1), (128, 64), (int.MaxValue, -65)];

        Assert.Equal(entries, EntriesOf(Pack.Add([], entries)));
    }

    private static List<(int, long)> EntriesOf(byte[] pack)
    {
        var entries = new List<(int, long)>();
        for (var entry = Pack.Read(pack); entry.MoveNext();) entries.Add((entry.Number, entry.Value));
        return entries;
    }
}
