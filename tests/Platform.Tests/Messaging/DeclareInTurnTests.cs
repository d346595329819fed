using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Platform.Tests.Workshop;
using Jingdezhen.Tourism.Testing;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Jingdezhen.Tourism.Platform.Tests.Messaging;

/// <summary>Replicas that start together on a broker that has none of their queues yet.</summary>
public sealed class DeclareInTurnTests : IAsyncLifetime
{
    private const string TakeTurn = $"SELECT pg_advisory_xact_lock({DeclareInTurn.Lock})";

    private string _runtime = null!;
    private string _owner = null!;
    private readonly List<Uri> _brokers = [];

    public async Task InitializeAsync() => (_runtime, _owner) = await TestPostgres.CreateAsync<WorkshopDb>();

    public async Task DisposeAsync()
    {
        foreach (var broker in _brokers) await TestBroker.DropAsync(broker);
        await TestPostgres.DropAsync(_owner);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_replica_declares_its_queues_when_no_other_does(bool inTurn)
    {
        var settings = await SettingsAsync(inTurn);
        Task<ServiceProcess> starting;
        await using (await HeldLock.TakeAsync(_owner, TakeTurn))
        {
            starting = ServiceProcess.StartAsync(typeof(WorkshopDb), settings);
            if (inTurn) await HeldLock.IsWaitedFor(_owner);
            else await starting;

            Assert.Equal(!inTurn, starting.IsCompleted);
        }

        await (await starting).DisposeAsync();
    }

    [Fact, Trait("Category", "Long")]
    public async Task Whoever_keeps_its_turn_too_long_is_not_waited_for()
    {
        var settings = await SettingsAsync(inTurn: true);
        await using var turn = await HeldLock.TakeAsync(_owner, TakeTurn);

        await using var replica = await ServiceProcess.StartAsync(typeof(WorkshopDb), settings);

        Assert.Contains("without waiting for a turn", replica.Output, StringComparison.Ordinal);
    }

    [Theory, Trait("Category", "Long"), InlineData(true), InlineData(false)]
    public async Task Without_turns_the_broker_fails_at_times_and_with_them_never(bool inTurn)
    {
        await using var database = NpgsqlDataSource.Create(_owner);
        var guards = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Guards:DeclareInTurn", $"{inTurn}")]).Build();
        var faults = new Faults();
        for (var round = 0; round < 40 && faults.Count == 0; round++)
        {
            _brokers.Add(await TestBroker.CreateAsync());
            var buses = Enumerable.Range(0, 4).Select(_ => CreateBus(_brokers[^1])).ToList();
            await Task.WhenAll(buses.Select(bus => bus.StartAsync()));
            await Task.WhenAll(buses.Select(bus => bus.StopAsync()));
        }

        Assert.Equal(inTurn, faults.Count == 0);

        IBusControl CreateBus(Uri broker)
        {
            var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
            {
                rabbit.Host(broker);
                rabbit.ConnectBusObserver(new DeclareInTurn(database, guards, NullLogger<DeclareInTurn>.Instance));
                for (var queue = 0; queue < 20; queue++)
                {
                    rabbit.ReceiveEndpoint($"queue-{queue}", endpoint => endpoint.SetQuorumQueue());
                }
            });
            bus.ConnectReceiveEndpointObserver(faults);
            return bus;
        }
    }

    private sealed class Faults : IReceiveEndpointObserver
    {
        private int _count;

        public int Count => _count;

        public Task Faulted(ReceiveEndpointFaulted faulted)
        {
            Interlocked.Increment(ref _count);
            return Task.CompletedTask;
        }

        public Task Ready(ReceiveEndpointReady ready) => Task.CompletedTask;
        public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;
        public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;
    }

    private async Task<Dictionary<string, string>> SettingsAsync(bool inTurn)
    {
        _brokers.Add(await TestBroker.CreateAsync());
        return new(WorkshopFixture.Environment(_runtime, _owner, _brokers[^1]))
        {
            ["Guards:DeclareInTurn"] = inTurn ? "true" : "false",
        };
    }
}
