using System.Collections.Concurrent;
using System.Text.Json;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;

namespace Jingdezhen.Tourism.Testing;

/// <summary>Which deliveries a service under test has settled.</summary>
internal sealed class BusObserver : IReceiveObserver
{
    private readonly ConcurrentDictionary<Guid, int> _settled = new();

    public int SettledCopies(Guid messageId) => _settled.GetValueOrDefault(messageId);

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostReceive(ReceiveContext context) => Settle(context);

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) where T : class =>
        Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => Task.CompletedTask;

    public Task ReceiveFault(ReceiveContext context, Exception exception) => Settle(context);

    private Task Settle(ReceiveContext context)
    {
        if (context.GetMessageId() is { } id) _settled.AddOrUpdate(id, 1, (_, settled) => settled + 1);
        return Task.CompletedTask;
    }
}

/// <summary>Remembers what the broker took of a service under test.</summary>
internal sealed class WatchedPublisher(Uri broker, TimeProvider clock) : OutboxPublisher(broker, clock)
{
    private readonly ConcurrentQueue<object> _published = new();

    public IEnumerable<object> Published => _published;

    public override async Task<(bool[] Taken, Exception? Fault)> PublishAsync(
        IReadOnlyList<OutboxRow> rows, CancellationToken limit)
    {
        var (taken, fault) = await base.PublishAsync(rows, limit);
        foreach (var (row, _) in rows.Zip(taken).Where(pair => pair.Second))
        {
            _published.Enqueue(JsonSerializer.Deserialize(row.Body.Span, row.Contract, JsonSerializerOptions.Web)!);
        }

        return (taken, fault);
    }
}
