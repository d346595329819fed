using System.Collections.Concurrent;
using Jingdezhen.Tourism.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Jingdezhen.Tourism.Platform.Tests.Workshop;

/// <summary>A stranger on the broker who hears every message of a contract, copy by copy.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly ConcurrentQueue<Guid> _heard = new();
    private readonly IConnection _connection;

    private Wire(IConnection connection) => _connection = connection;

    public IReadOnlyCollection<Guid> Heard => [.. _heard];

    public static async Task<Wire> TapAsync<TContract>(Uri broker)
    {
        var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        var wire = new Wire(connection);
        var channel = await connection.CreateChannelAsync();
        var exchange = $"{typeof(TContract).Namespace}:{typeof(TContract).Name}";
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
        var queue = await channel.QueueDeclareAsync();
        await channel.QueueBindAsync(queue.QueueName, exchange, "");
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            wire._heard.Enqueue(Guid.Parse(message.BasicProperties.MessageId!));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
        return wire;
    }

    public async Task<int> Hears(int copies, Func<string>? context = null)
    {
        await Eventually.Holds(
            () => Task.FromResult($"{_heard.Count} {context?.Invoke()}"), _ => _heard.Count >= copies);
        return _heard.Count;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
