using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Platform.Tests.Workshop;
using Jingdezhen.Tourism.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Platform.Tests.Messaging;

public sealed class FixtureWithBrokerToKill : WorkshopFixture, IAsyncLifetime
{
    public PrivateBroker Own { get; private set; } = null!;

    protected override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>(base.Settings) { ["ConnectionStrings:Broker"] = Own.Address.ToString() };

    public new async Task InitializeAsync()
    {
        Own = await PrivateBroker.StartAsync();
        await base.InitializeAsync();
    }

    public new async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Own.DisposeAsync();
    }
}

public sealed class BrokerOutageTests(FixtureWithBrokerToKill workshop) : IClassFixture<FixtureWithBrokerToKill>
{
    [Fact]
    public async Task A_broker_killed_midway_delays_messages_and_neither_loses_nor_repeats_nor_holds_up_requests()
    {
        using var tourist = workshop.As("tourist");
        (await tourist.GetAsync(new Uri("/health/ready", UriKind.Relative))).EnsureSuccessStatusCode();
        await workshop.Publish(Pots(600));
        await Eventually.Holds(() => workshop.Tally("pots"), counted => counted > 50);
        workshop.Own.Kill();

        // The control: what a handler would wait for, if it published by itself.
        var aroundTheOutbox = workshop.Services.GetRequiredService<IBus>()
            .Publish(new PotMended(Guid.CreateVersion7()));
        var slowest = TimeSpan.Zero;
        for (var request = 0; request < 50; request++)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await tourist.PostAsJsonAsync(
                new Uri("/v1/unguarded-pots", UriKind.Relative), new { glaze = "celadon" });
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            slowest = new[] { slowest, Stopwatch.GetElapsedTime(started) }.Max();
        }

        var ready = await tourist.GetAsync(new Uri("/health/ready", UriKind.Relative));
        var (waiting, parked) = (await workshop.Backlog(), await Parked());
        var waited = !aroundTheOutbox.IsCompleted;
        await workshop.Own.StartAgainAsync();
        await workshop.Publish(Pots(350));

        // MassTransit waits longer before each attempt to connect again, half a minute at most.
        try
        {
            await Eventually.Holds(
                async () => (Counted: await workshop.Tally("pots"), Waiting: await workshop.Backlog()),
                seen => seen.Counted == 1000, TimeSpan.FromMinutes(3));
        }
        catch (TimeoutException fault)
        {
            throw new TimeoutException($"{fault.Message}\n{await workshop.Own.DescribeAsync()}", fault);
        }

        await Eventually.Equal(0, workshop.Backlog);
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.InRange(waiting, 50, 1000);
        Assert.Equal(0, parked + await Parked());
        Assert.True(waited, "A publish around the outbox should have waited for the broker.");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Contains("Degraded", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_hangs_midway_delays_messages_and_the_relay_begins_anew_on_another_connection()
    {
        var before = await workshop.Tally("pots");
        await workshop.Publish(Pots(600));
        await Eventually.Holds(() => workshop.Tally("pots"), counted => counted > before + 50);
        await workshop.Own.FreezeAsync(frozen: true);
        await workshop.Publish(Pots(50));

        // It holds its rows while it tries, and lets them go when it gives up.
        await Eventually.Holds(
            () => workshop.Read(db => db.Database.SqlQuery<int>(
                $"SELECT 1 AS \"Value\" FROM outbox FOR UPDATE SKIP LOCKED").ToListAsync()),
            free => free.Count >= 50);
        await workshop.Own.FreezeAsync(frozen: false);

        await Eventually.Equal(before + 650, () => workshop.Tally("pots"), TimeSpan.FromMinutes(1));
        await Eventually.Equal(0, workshop.Backlog);
    }

    private static IEnumerable<object> Pots(int count) =>
        Enumerable.Range(0, count).Select(_ => new PotFired(Guid.CreateVersion7()));

    private Task<int> Parked() =>
        workshop.Read(db => db.Set<OutboxMessage>().CountAsync(row => row.ParkedBecause != null));
}
