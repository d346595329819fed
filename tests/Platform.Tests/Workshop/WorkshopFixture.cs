using System.Collections.Concurrent;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Platform.Tests.Workshop;

public class WorkshopFixture : ServiceFixture<WorkshopDb>
{
    // The factory would look for a folder of the assembly's name beside the solution.
    protected override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string> { ["contentRoot"] = AppContext.BaseDirectory };

    internal InboxSwitch Inbox => Services.GetRequiredService<InboxSwitch>();

    public Task<int> Tally(string name) => Read(db =>
        db.Tallies.Where(tally => tally.Name == name).Select(tally => tally.Count).SingleOrDefaultAsync());

    public Task<int> Backlog() => Read(db => db.Set<OutboxMessage>().CountAsync(row => row.ParkedBecause == null));

    /// <summary>Publishes through the outbox, all in one transaction.</summary>
    public async Task Publish(IEnumerable<object> contracts, DateTimeOffset? occurredAt = null)
    {
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<WorkshopDb>();
        foreach (var contract in contracts) db.Publish(contract, occurredAt);
        await db.SaveChangesAsync();
    }

    /// <summary>What only the owner of the tables may do.</summary>
    public Task AsOwner(string sql) => Sql.ExecuteAsync(OwnerConnection, sql);

    /// <summary>Runs a job now instead of waiting for its period.</summary>
    internal async Task RunJob<TJob>() where TJob : RecurringJob
    {
        await using var scope = Services.CreateAsyncScope();
        await Services.GetServices<IHostedService>().OfType<TJob>().Single()
            .RunOnceAsync(scope.ServiceProvider, CancellationToken.None);
    }
}

/// <summary>The service without a relay of its own: a test runs relays by hand and sees what each does.</summary>
public sealed class FixtureWithoutRelay : WorkshopFixture, IAsyncLifetime
{
    private readonly ConcurrentBag<OutboxPublisher> _publishers = [];

    async Task IAsyncLifetime.DisposeAsync()
    {
        foreach (var publisher in _publishers) await publisher.DisposeAsync();
        await DisposeAsync();
    }

    protected override void ConfigureServices(IServiceCollection services) =>
        services.Remove(services.Single(service => service.ImplementationType == typeof(OutboxRelay)));

    internal OutboxRelay Relay(
        string? claim = null, Uri? broker = null, TimeSpan? publishLimit = null, MassTransit.IBusControl? bus = null,
        bool leavesBroken = true)
    {
        var publisher = new OutboxPublisher(broker ?? Broker, Clock) { LeavesBroken = leavesBroken };
        _publishers.Add(publisher);
        return new(
            Services.GetRequiredService<NpgsqlDataSource>(),
            bus ?? Services.GetRequiredService<MassTransit.IBusControl>(), publisher,
            Services.GetRequiredService<ContractTypes>(), Services.GetRequiredService<OutboxSignal>(),
            Services.GetRequiredService<MessagingMeter>(), Clock, Services.GetRequiredService<ILogger<OutboxRelay>>())
        {
            Claim = claim ?? "FOR UPDATE SKIP LOCKED", PublishLimit = publishLimit ?? TimeSpan.FromSeconds(10),
        };
    }

    internal static async Task Drain(OutboxRelay relay)
    {
        while (await relay.RelayBatchAsync(CancellationToken.None) > 0)
        {
        }
    }
}

internal static class Sql
{
    public static async Task ExecuteAsync(string connection, string sql)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>
/// A lock held by the test, on which requests and statements of the service wait for as long as it likes.
/// </summary>
internal sealed class HeldLock : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private HeldLock(NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_connection, _transaction) = (connection, transaction);

    public static async Task<HeldLock> TakeAsync(string connection, string statement)
    {
        var opened = new NpgsqlConnection(connection);
        await opened.OpenAsync();
        var transaction = await opened.BeginTransactionAsync();
        await using var take = new NpgsqlCommand(statement, opened);
        await take.ExecuteNonQueryAsync();
        return new(opened, transaction);
    }

    /// <summary>Until somebody waits for what this lock withholds.</summary>
    public static async Task IsWaitedFor(string connection)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await Eventually.Holds(
            async () =>
            {
                await using var command = database.CreateCommand(
                    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
                    + "WHERE datname = current_database() AND NOT granted");
                return (long)(await command.ExecuteScalarAsync())!;
            },
            waiting => waiting > 0);
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
