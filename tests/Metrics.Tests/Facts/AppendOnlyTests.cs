using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Metrics.Tests.Facts;

public sealed class AppendOnlyTests(ServiceFixture<MetricsDb> metrics) : IClassFixture<ServiceFixture<MetricsDb>>
{
    [Theory, InlineData("booking_facts"), InlineData("visit_facts"), InlineData("stay_facts"),
        InlineData("complaint_facts"), InlineData("compensation_facts"), InlineData("survey_facts"),
        InlineData("route_facts"), InlineData("plan_facts"), InlineData("payment_facts"), InlineData("supply_facts")]
    public async Task The_running_service_can_neither_change_nor_delete_a_fact(string table)
    {
        await metrics.Deliver(Given.Sale("app", visitors: 1, fen: 1), occurredAt: Given.Noon(new(2026, 5, 1)));

        foreach (var sql in (string[])[$"DELETE FROM {table}", $"UPDATE {table} SET simulated = true",
            $"TRUNCATE {table}"])
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(
                () => metrics.Read(db => db.Database.ExecuteSqlRawAsync(sql)));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    [Fact]
    public async Task Neither_can_it_reach_a_month_behind_the_tables_back()
    {
        await metrics.Deliver(Given.Sale("app", visitors: 1, fen: 1), occurredAt: Given.Noon(new(2026, 6, 1)));

        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => metrics.Read(db => db.Database.ExecuteSqlRawAsync("DELETE FROM fact_months.booking_facts_202606")));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task The_same_message_under_another_mark_is_still_one_fact()
    {
        var sale = Given.Sale("app", visitors: 1, fen: 1);
        var id = await metrics.Deliver(sale, occurredAt: Given.Noon(new(2026, 5, 2)));
        await metrics.Read(db => db.Database.ExecuteSqlAsync($"DELETE FROM inbox WHERE message_id = {id}"));

        await metrics.Deliver(sale, messageId: id, occurredAt: Given.Noon(new(2026, 5, 2)));

        Assert.Equal(1, await metrics.Read(db => db.BookingFacts.CountAsync(fact => fact.MessageId == id)));
        Assert.Equal(1, (await metrics.Indicator("bookings", new(2026, 5, 2), new(2026, 5, 3))).Numerator);
    }
}
