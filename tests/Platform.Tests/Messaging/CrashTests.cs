using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Platform.Tests.Workshop;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Platform.Tests.Messaging;

public sealed class CrashTests
{
    private const int Pots = 50;

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_relay_killed_between_publish_and_delete_says_everything_twice_and_it_counts_once(bool inbox)
    {
        var (runtime, owner) = await TestPostgres.CreateAsync<WorkshopDb>();
        var broker = await TestBroker.CreateAsync();
        var settings = new Dictionary<string, string>(WorkshopFixture.Environment(runtime, owner, broker))
        {
            ["Inbox"] = $"{inbox}",
        };
        await using var wire = await Wire.TapAsync<PotFired>(broker);
        await using (var db = Open(owner))
        {
            for (var pot = 0; pot < Pots; pot++) db.Publish(new PotFired(Guid.CreateVersion7()));
            await db.SaveChangesAsync();
        }

        // The lock lets the relay read and publish its rows, and stops it where it would delete them.
        await using (await HeldLock.TakeAsync(owner, "LOCK TABLE outbox IN SHARE MODE"))
        {
            await using var first = await ServiceProcess.StartAsync(typeof(WorkshopDb), settings);
            await wire.Hears(Pots, () => first.Output);
            await Eventually.Equal(Pots, () => TallyAsync(owner));
            first.Kill();
        }

        await using var second = await ServiceProcess.StartAsync(typeof(WorkshopDb), settings);
        await wire.Hears(2 * Pots);
        await Eventually.Equal(0, async () =>
        {
            await using var db = Open(owner);
            return await db.Set<OutboxMessage>().CountAsync();
        });
        var counted = inbox ? Pots : await Eventually.Holds(() => TallyAsync(owner), counted => counted >= 2 * Pots);

        Assert.Equal(2 * Pots, wire.Heard.Count);
        Assert.All(wire.Heard.GroupBy(id => id), copies => Assert.Equal(2, copies.Count()));
        if (inbox) await AssertEverythingSettledAt(Pots, owner, broker);
        Assert.True(counted >= (inbox ? Pots : 2 * Pots));
        await TestBroker.DropAsync(broker);
    }

    // A copy that would count again is still under way until the queue is empty.
    private static async Task AssertEverythingSettledAt(int expected, string owner, Uri broker)
    {
        await using var connection =
            await new RabbitMQ.Client.ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await Eventually.Equal(0u, async () =>
            (await channel.QueueDeclarePassiveAsync("workshop-count-pots")).MessageCount);
        Assert.Equal(expected, await TallyAsync(owner));
    }

    private static async Task<int> TallyAsync(string owner)
    {
        await using var db = Open(owner);
        return await db.Tallies.Where(tally => tally.Name == "pots").Select(tally => tally.Count)
            .SingleOrDefaultAsync();
    }

    private static WorkshopDb Open(string connection) => new((DbContextOptions<WorkshopDb>)
        new DbContextOptionsBuilder<WorkshopDb>().UseNpgsql(connection).UseSnakeCaseNamingConvention().Options);
}
