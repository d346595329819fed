using Jingdezhen.Tourism.Contracts.Routes.V1;
using Jingdezhen.Tourism.Metrics.Facts;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Metrics.Storage.Migrations;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Jingdezhen.Tourism.Metrics.Tests.Rollups;

/// <summary>Views of routes over a year, in batches of days in no order, as late events come.</summary>
public sealed class ViewedYear : ServiceFixture<MetricsDb>
{
    private const int Routes = 60;
    private const int Views = 3_000;
    private const int Batch = 250;

    public static readonly DateOnly First = new(2025, 1, 1);

    public Random Random { get; } = new(1);

    protected override async Task PrepareAsync()
    {
        var routes = Enumerable.Range(0, Routes).Select(_ => Guid.CreateVersion7()).ToArray();
        var views = Enumerable.Range(0, Views).Select(_ => new RouteFact
        {
            MessageId = Guid.CreateVersion7(), SubjectId = routes[Random.Next(1 + Random.Next(Routes))],
            OccurredAt = new DateTimeOffset(First, TimeOnly.MinValue, TimeSpan.FromHours(8))
                .AddMinutes(Random.Next(400 * 24 * 60)).ToUniversalTime(),
        });
        foreach (var batch in views.Chunk(Batch)) await RecordAsync(batch);
    }

    private async Task RecordAsync(RouteFact[] views)
    {
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MetricsDb>();
        await FactTable.EnsureMonthsAsync<RouteFact>(db, views.Select(view => view.OccurredAt), default);
        await using var turn = await WriterTurn.TakeAsync(db, default);
        await scope.ServiceProvider.GetRequiredService<FactBook>().AddAsync([.. views], default);
        await turn.CommitAsync(default);
    }
}

public sealed class PackedDayTests(ViewedYear metrics) : IClassFixture<ViewedYear>
{
    [Fact]
    public async Task Routes_of_any_period_are_the_plain_sum_of_the_facts_and_a_wrong_pack_is_seen_found_and_put_right()
    {
        await AssertExactAsync();
        var view = (await metrics.Read(db => db.RouteFacts.AsNoTracking().FirstAsync())).SubjectId;
        var day = ViewedYear.First.AddDays(20);
        var late = new RouteViewed(view, "search", null, null);
        var views = await ViewsAsync(view, day);
        await metrics.Deliver(late, times: 3, occurredAt: Given.Noon(day));
        Assert.Equal(views + 1, await ViewsAsync(view, day));
        await AssertExactAsync();
        Assert.Equal(0, (await metrics.Rebuild()).Differences);

        var pack = await metrics.Read(db => db.PackedDays.AsNoTracking().SingleAsync(pack => pack.Day == day));
        await metrics.Read(db => db.Database.ExecuteSqlAsync(
            $"""
            UPDATE packed_days SET cells = {Pack.Add(pack.Cells, [(0, 99)])} WHERE day = {day};
            DELETE FROM packed_days WHERE day = {day.AddDays(1)}
            """));
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(AssertExactAsync);

        var lost = (await FactsAsync(day.AddDays(1), day.AddDays(2))).Count;
        Assert.Equal(1 + lost, (await metrics.Rebuild()).Differences);
        Assert.Equal(0, (await metrics.Rebuild()).Differences);
        await AssertExactAsync();
    }

    [Fact]
    public async Task Cells_are_carried_into_packs_and_back_when_the_schema_changes()
    {
        var before = await ToldAsync(ViewedYear.First, ViewedYear.First.AddYears(1), "route");

        await MigrateAsync(new PackedDays().DownOperations);
        Assert.Equal(
            before, await SumsAsync(db => db.Cells.Where(cell => cell.Dimension == Dimensions.Route
                && cell.Day < ViewedYear.First.AddYears(1)).Select(cell => new Viewed(cell.Key, cell.Value))));
        await metrics.Read(db => db.Database.ExecuteSqlAsync($"DELETE FROM packed_days; DELETE FROM packed_keys"));
        Assert.Empty(await ToldAsync(ViewedYear.First, ViewedYear.First.AddYears(1), "route"));
        await MigrateAsync(new PackedDays().UpOperations);

        Assert.Equal(before, await ToldAsync(ViewedYear.First, ViewedYear.First.AddYears(1), "route"));
        Assert.Equal(0, (await metrics.Rebuild()).Differences);
    }

    /// <summary>The year, and periods that begin and end on any day.</summary>
    private async Task AssertExactAsync()
    {
        (DateOnly From, DateOnly To)[] periods =
        [
            (ViewedYear.First, ViewedYear.First.AddYears(1)),
            .. Enumerable.Range(0, 12).Select(_ => ViewedYear.First.AddDays(metrics.Random.Next(400)))
                .Select(from => (from, from.AddDays(1 + metrics.Random.Next(400)))),
        ];
        foreach (var (from, to) in periods)
        {
            var facts = await FactsAsync(from, to);
            Assert.Equal(facts, await ToldAsync(from, to, "route"));
            Assert.Equal(
                facts.Select(route => route.Times).OrderDescending().Take(7),
                (await ToldAsync(from, to, "route&top=7")).Select(route => route.Times));
        }

        var (first, last) = (ViewedYear.First.AddDays(16), ViewedYear.First.AddDays(340));
        Assert.Equal(await FactsAsync(first, last), Sum(await ToldAsync(first, last, "month,route")));
    }

    private async Task<double> ViewsAsync(Guid route, DateOnly day) =>
        (await metrics.Detail("top-routes", day, day.AddDays(1), $"&by=route&key={route}")).Parts.Sum(
            part => part.Value!.Value);

    private async Task<List<Viewed>> ToldAsync(DateOnly from, DateOnly to, string by) =>
    [
        .. (await metrics.Detail("top-routes", from, to, $"&by={by}")).Parts.Where(part => part.Value > 0)
            .Select(part => new Viewed(part.Key, (long)part.Value!)),
    ];

    private Task<List<Viewed>> FactsAsync(DateOnly from, DateOnly to)
    {
        var (since, until) = (Calendar.StartOf(from), Calendar.StartOf(to));
        return SumsAsync(db => db.RouteFacts.Where(view => view.OccurredAt >= since && view.OccurredAt < until)
            .Select(view => new Viewed(view.SubjectId.ToString(), 1)));
    }

    private async Task<List<Viewed>> SumsAsync(Func<MetricsDb, IQueryable<Viewed>> views) =>
        Sum(await metrics.Read(db => views(db).ToListAsync()));

    private static List<Viewed> Sum(IEnumerable<Viewed> views) =>
    [
        .. views.GroupBy(view => view.Key).Select(route => new Viewed(route.Key, route.Sum(view => view.Times)))
            .OrderBy(route => route.Key, StringComparer.Ordinal),
    ];

    private async Task MigrateAsync(IReadOnlyList<MigrationOperation> operations)
    {
        await using var owner = NpgsqlDataSource.Create(metrics.OwnerConnection);
        foreach (var operation in operations.OfType<SqlOperation>())
        {
            await using var change = owner.CreateCommand(operation.Sql);
            await change.ExecuteNonQueryAsync();
        }
    }

    private sealed record Viewed(string Key, long Times);
}
