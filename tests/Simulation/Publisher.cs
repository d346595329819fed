using MassTransit;

namespace Jingdezhen.Tourism.Simulation;

/// <summary>Sends a year's messages to a broker as the outbox relays would, each one marked as simulated.</summary>
public sealed class Publisher : IAsyncDisposable
{
    private const int AtOnce = 500;
    private readonly IBusControl _bus;

    private Publisher(IBusControl bus) => _bus = bus;

    public static async Task<Publisher> ConnectAsync(Uri broker)
    {
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit => rabbit.Host(broker));
        await bus.StartAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);
        return new(bus);
    }

    public async Task SendAsync(IEnumerable<SimulatedEvent> events)
    {
        foreach (var chunk in events.Chunk(AtOnce))
        {
            await Task.WhenAll(chunk.Select(one => _bus.Publish(one.Contract, one.Contract.GetType(), context =>
            {
                context.MessageId = one.MessageId;
                context.Headers.Set("occurred-at", one.OccurredAt);
                context.Headers.Set("simulated", true);
            })));
        }
    }

    public async ValueTask DisposeAsync() => await _bus.StopAsync();
}
