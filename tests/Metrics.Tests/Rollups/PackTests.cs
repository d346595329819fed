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
                Enumerable.Range(0, Pack.Count(pack)).Select(index => Pack.At(pack, index)));
        }
    }

    [Fact]
    public void What_is_taken_back_leaves_nothing()
    {
        var pack = Pack.Add([], [(7, 5), (3, 1)]);

        Assert.Empty(Pack.Add(pack, [(3, -1), (7, -5)]));
    }
}
