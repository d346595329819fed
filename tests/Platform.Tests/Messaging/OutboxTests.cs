using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Platform.Tests.Workshop;
using Jingdezhen.Tourism.Testing;
using MassTransit;

namespace Jingdezhen.Tourism.Platform.Tests.Messaging;

public sealed class OutboxTests(FixtureWithoutRelay workshop) : IClassFixture<FixtureWithoutRelay>
{
    [Fact]
    public async Task Exactly_what_was_committed_is_published()
    {
        await using var wire = await Wire.TapAsync<PotMended>(workshop.Broker);
        await Transact(commit: false, db => db.Publish(new PotMended(Guid.CreateVersion7())));
        var kept = await Transact(commit: true, db => db.Publish(new PotMended(Guid.CreateVersion7())));

        await FixtureWithoutRelay.Drain(workshop.Relay());
        await workshop.Services.GetRequiredService<IBus>().Publish(new PotMended(Guid.CreateVersion7()));
        await wire.Hears(2);

        Assert.Equal(kept, wire.Heard.First());
        Assert.Equal(2, wire.Heard.Count);
        Assert.Equal(0, await workshop.Backlog());
    }

    [Fact]
    public async Task Around_the_outbox_a_message_outlives_its_rollback()
    {
        await using var wire = await Wire.TapAsync<PotMended>(workshop.Broker);

        await Transact(commit: false, db => workshop.Services.GetRequiredService<IBus>()
            .Publish(new PotMended(Guid.CreateVersion7())).GetAwaiter().GetResult());

        Assert.Equal(1, await wire.Hears(1));
    }

    [Fact]
    public async Task A_broker_that_never_answers_holds_the_relay_up_no_longer_than_its_limit()
    {
        using var stop = new CancellationTokenSource();
        using var deaf = new DeafBroker();
        await workshop.Publish([new PotMended(Guid.CreateVersion7())]);

        // The control: without a limit it waits for as long as the broker does.
        var waits = workshop.Relay(broker: deaf.Address, publishLimit: Timeout.InfiniteTimeSpan)
            .RelayBatchAsync(stop.Token);
        await Eventually.Equal(1, () => Task.FromResult(deaf.Callers));
        await workshop.Publish([new PotMended(Guid.CreateVersion7())]);
        var given = await Assert.ThrowsAsync<InvalidOperationException>(() => workshop
            .Relay(broker: deaf.Address, publishLimit: TimeSpan.FromMilliseconds(200))
            .RelayBatchAsync(CancellationToken.None));

        Assert.Contains("took 0 of 1", given.Message, StringComparison.Ordinal);
        Assert.False(waits.IsCompleted);
        Assert.Equal(2, await workshop.Backlog());
        await stop.CancelAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => waits);
        await FixtureWithoutRelay.Drain(workshop.Relay());
    }

    [Theory, InlineData(true), InlineData(false)] // the control: it stays on the connection, and nothing goes out again
    public async Task A_connection_that_goes_silent_is_left_for_another(bool leavesBroken)
    {
        await using var wire = await Wire.TapAsync<PotMended>(workshop.Broker);
        using var line = new SilencedLine(workshop.Broker);
        using var relay = workshop.Relay(
            broker: line.Address, publishLimit: TimeSpan.FromSeconds(5), leavesBroken: leavesBroken);
        await workshop.Publish([new PotMended(Guid.CreateVersion7())]);
        await FixtureWithoutRelay.Drain(relay);
        await workshop.Publish([new PotMended(Guid.CreateVersion7())]);

        line.Silence();
        await Assert.ThrowsAsync<InvalidOperationException>(() => relay.RelayBatchAsync(CancellationToken.None));
        var again = await Record.ExceptionAsync(() => relay.RelayBatchAsync(CancellationToken.None));

        Assert.Equal(leavesBroken, again is null);
        Assert.Equal(leavesBroken ? 0 : 1, await workshop.Backlog());
        await FixtureWithoutRelay.Drain(workshop.Relay());
        await Eventually.Equal(2, () => Task.FromResult(wire.Heard.Distinct().Count()));
    }

    [Fact]
    public async Task A_relay_that_is_stopped_before_the_broker_answers_ends_without_a_fault()
    {
        var bus = DispatchProxy.Create<IBusControl, LonelyBus>();
        using var relay = workshop.Relay(bus: bus);
        await relay.StartAsync(CancellationToken.None);
        await Eventually.Holds(() => Task.FromResult(((LonelyBus)bus).Asked), asked => asked);

        await relay.StopAsync(CancellationToken.None);

        Assert.True(relay.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Four_relays_publish_two_thousand_rows_once_each()
    {
        await using var wire = await Wire.TapAsync<PotMended>(workshop.Broker);
        await workshop.Publish(Enumerable.Range(0, 2000).Select(_ => new PotMended(Guid.CreateVersion7())));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => FixtureWithoutRelay.Drain(workshop.Relay())));
        await wire.Hears(2000);

        Assert.Equal(2000, wire.Heard.Distinct().Count());
        Assert.Equal(2000, wire.Heard.Count);
        Assert.Equal(0, await workshop.Backlog());
    }

    [Fact]
    public async Task Without_their_claim_four_relays_publish_the_same_rows()
    {
        await using var wire = await Wire.TapAsync<PotMended>(workshop.Broker);
        await workshop.Publish(Enumerable.Range(0, 400).Select(_ => new PotMended(Guid.CreateVersion7())));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => FixtureWithoutRelay.Drain(workshop.Relay(claim: ""))));
        await Eventually.Equal(400, () => Task.FromResult(wire.Heard.Distinct().Count()));

        Assert.True(await wire.Hears(401) > 400);
    }

    [Fact]
    public async Task What_cannot_be_sent_is_parked_and_counted_and_holds_up_nothing()
    {
        await using var wire = await Wire.TapAsync<PotMended>(workshop.Broker);
        await Insert("Jingdezhen.Tourism.Gone", "{}");
        await Insert(typeof(PotMended).FullName!, "{ not json");
        await Insert(typeof(PotMended).FullName!, """{}, "more":{}""");
        await workshop.Publish([new PotMended(Guid.CreateVersion7())]);

        await FixtureWithoutRelay.Drain(workshop.Relay());
        await wire.Hears(1);
        await workshop.RunJob<MeasureMessagesJob>();
        using var stranger = workshop.Anonymous();
        var metrics = await Eventually.Holds(
            () => stranger.GetStringAsync(new Uri("/metrics", UriKind.Relative)),
            text => Gauges(text, "parked").Contains(3));
        var ready = await stranger.GetStringAsync(new Uri("/health/ready", UriKind.Relative));
        await workshop.AsOwner("DELETE FROM outbox");

        Assert.Single(wire.Heard);
        Assert.Contains(0, Gauges(metrics, "backlog"));
        Assert.Contains("3 outbox rows are parked", ready, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_backlog_is_measured_in_rows_and_in_age()
    {
        await workshop.Publish(
            [new PotMended(Guid.CreateVersion7()), new PotMended(Guid.CreateVersion7())],
            TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1));

        await workshop.RunJob<MeasureMessagesJob>();
        var measured = workshop.Services.GetRequiredService<MessagingMeter>().Last;
        await FixtureWithoutRelay.Drain(workshop.Relay());

        Assert.Equal(2, measured.Backlog);
        Assert.InRange(measured.OldestAgeSeconds, 3600, 3700);
    }

    [Fact]
    public async Task A_late_relay_does_not_shift_when_it_occurred()
    {
        var pot = Guid.CreateVersion7();
        var noon = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero).AddMicroseconds(123456);
        await workshop.Publish([new PotFired(pot)], noon);

        await FixtureWithoutRelay.Drain(workshop.Relay());
        await Eventually.Holds(() => Task.FromResult(CountPotsConsumer.FiredAt.ContainsKey(pot)), counted => counted);

        Assert.Equal(noon, CountPotsConsumer.FiredAt[pot]);
    }

    [Fact]
    public async Task A_trace_goes_on_through_outbox_and_broker()
    {
        var spans = new ConcurrentBag<Activity>();
        using var source = new ActivitySource("test");
        using var listener = new ActivityListener
        {
            ShouldListenTo = heard => heard.Name is "test" or "Jingdezhen.Tourism.Outbox" or "MassTransit",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        var trace = source.StartActivity("request")!;
        await workshop.Publish([new PotFired(Guid.CreateVersion7())]);
        trace.Dispose();

        await FixtureWithoutRelay.Drain(workshop.Relay());

        await Eventually.Holds(
            () => Task.FromResult(spans.Where(span => span.TraceId == trace.TraceId).Select(span => span.Kind)),
            kinds => kinds.Contains(ActivityKind.Producer) && kinds.Contains(ActivityKind.Consumer));
    }

    // Other hosts of this test process measure into the same meter.
    private static IEnumerable<double> Gauges(string metrics, string name) => metrics.Split('\n')
        .Where(line => line.StartsWith($"jingdezhen_outbox_{name}{{", StringComparison.Ordinal))
        .Select(line => double.Parse(line.Split('}')[1].Trim().Split(' ')[0], CultureInfo.InvariantCulture));

    private Task Insert(string contract, string body) => workshop.AsOwner(
        $"INSERT INTO outbox (id, contract, body) VALUES ('{Guid.CreateVersion7()}', '{contract}', '{body}')");

    private async Task<Guid> Transact(bool commit, Action<WorkshopDb> act)
    {
        await using var scope = workshop.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<WorkshopDb>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        act(db);
        await db.SaveChangesAsync();
        if (commit) await transaction.CommitAsync();
        return db.ChangeTracker.Entries<OutboxMessage>().Select(row => row.Entity.Id).FirstOrDefault();
    }
}

/// <summary>A bus whose broker is never there.</summary>
public class LonelyBus : DispatchProxy
{
    public bool Asked { get; private set; }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Asked = true;
        return BusHealthResult.Unhealthy(
            "alone", new TimeoutException(), new Dictionary<string, EndpointHealthResult>());
    }
}

/// <summary>Takes every call and says nothing.</summary>
internal sealed class DeafBroker : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _callers = [];

    public DeafBroker()
    {
        _listener.Start();
        _ = TakeCallsAsync();
    }

    public Uri Address => new($"amqp://guest:guest@{_listener.LocalEndpoint}/");
    public int Callers => _callers.Count;

    private async Task TakeCallsAsync()
    {
        while (true) _callers.Add(await _listener.AcceptSocketAsync());
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var caller in _callers) caller.Dispose();
    }
}

/// <summary>Passes every byte to the broker and back, until the connections that are open then go silent.</summary>
internal sealed class SilencedLine : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> _ends = [];
    private readonly Uri _broker;
    private int _silences;

    public SilencedLine(Uri broker)
    {
        _broker = broker;
        _listener.Start();
        _ = TakeCallsAsync();
    }

    public Uri Address => new UriBuilder(_broker) { Host = "127.0.0.1", Port = Port }.Uri;

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Silence() => Interlocked.Increment(ref _silences);

    private async Task TakeCallsAsync()
    {
        while (true)
        {
            var (near, far, silences) = (await _listener.AcceptTcpClientAsync(), new TcpClient(), _silences);
            await far.ConnectAsync(_broker.Host, _broker.Port);
            _ends.Add(near);
            _ends.Add(far);
            _ = PassAsync(near.GetStream(), far.GetStream(), silences);
            _ = PassAsync(far.GetStream(), near.GetStream(), silences);
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to, int silences)
    {
        var bytes = new byte[8192];
        while (await from.ReadAsync(bytes) is > 0 and var read)
        {
            if (Volatile.Read(ref _silences) == silences) await to.WriteAsync(bytes.AsMemory(0, read));
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var end in _ends) end.Dispose();
    }
}
