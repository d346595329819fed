using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Tests.Rollups;

public sealed class DurationTests(ServiceFixture<MetricsDb> metrics) : IClassFixture<ServiceFixture<MetricsDb>>
{
    [Fact]
    public async Task What_a_later_closing_takes_back_counts_no_more_and_a_wrong_duration_is_found_and_put_right()
    {
        var day = new DateOnly(2026, 5, 1);
        var filed = Given.Filed();
        var closed = filed.Closed("declined", Given.Noon(day)) with { DecidedAt = Given.Noon(day.AddDays(2)) };
        await metrics.Deliver(closed, occurredAt: Given.Noon(day.AddDays(2)));
        await metrics.Deliver(
            closed with { Version = 2, DecidedAt = Given.Noon(day.AddDays(2)).AddHours(1) }, times: 2,
            occurredAt: Given.Noon(day.AddDays(3)));

        Assert.Equal((49.0 * 3600, 1), await MedianAsync());
        Assert.Equal((0, 2), await metrics.Rebuild());

        await metrics.Read(db => db.Database.ExecuteSqlAsync(
            $"UPDATE duration_days SET seconds = seconds || ARRAY[7, 8] WHERE dimension = ''"));
        Assert.Equal((8, 3), await MedianAsync());
        Assert.Equal((2, 2), await metrics.Rebuild());
        Assert.Equal((0, 2), await metrics.Rebuild());
        Assert.Equal((49.0 * 3600, 1), await MedianAsync());

        async Task<(double?, long)> MedianAsync()
        {
            var median = await metrics.Indicator("time-to-decide-median", day, day.AddDays(9));
            return (median.Value, median.N);
        }
    }
}
