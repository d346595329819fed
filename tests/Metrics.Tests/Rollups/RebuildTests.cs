using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Tests.Rollups;

public sealed class RebuildTests(ServiceFixture<MetricsDb> metrics) : IClassFixture<ServiceFixture<MetricsDb>>
{
    [Fact]
    public async Task Cells_that_were_kept_are_the_cells_that_facts_make_and_a_wrong_one_is_found_and_put_right()
    {
        var day = new DateOnly(2026, 5, 1);
        var sale = Given.Sale("app", visitors: 3, fen: 300, guest: "G");
        await metrics.Deliver(sale, occurredAt: Given.Noon(day));
        await metrics.Deliver(Given.Sale("web", visitors: 2, fen: 100, guest: "G"),
            occurredAt: Given.Noon(day.AddDays(1)));
        await metrics.Deliver(sale.UnitsCancelled(1, "FULL", 100), occurredAt: Given.Noon(day.AddDays(2)));
        await metrics.Deliver(Given.Redeemed(guest: "G"), occurredAt: Given.Noon(day.AddDays(3)));
        await metrics.Deliver(Given.CheckedOut("G", day.AddDays(3), 2), occurredAt: Given.Noon(day.AddDays(5)));
        Assert.Equal((0, 5), await metrics.Rebuild());

        await metrics.Read(db => db.Database.ExecuteSqlAsync(
            $"UPDATE sale_cells SET revenue = revenue + 7 WHERE dimension = '' AND day = {day}"));
        await metrics.Read(db =>
            db.Database.ExecuteSqlAsync($"UPDATE traces SET sales = 5 WHERE key = 'guest/G' AND day = {day}"));

        Assert.Equal((2, 5), await metrics.Rebuild());
        Assert.Equal((0, 5), await metrics.Rebuild());
        Assert.Equal(300 - 100 + 100, (await metrics.Indicator("revenue", day, day.AddDays(2))).Value);
    }
}
