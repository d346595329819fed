using System.Collections.Concurrent;
using System.Text;
using Jingdezhen.Tourism.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Jingdezhen.Tourism.Platform.Tests.Workshop;

/// <summary>A stranger on the broker who hears every message of a contract, copy by copy.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly ConcurrentQueue<(Guid Id, string? OccurredAt)> _heard = new();
    private readonly IConnection _connection;

    private Wire(IConnection connection) => _connection = connection;

    public IReadOnlyCollection<Guid> Heard => [.. _heard.Select(message => message.Id)];
    public IReadOnlyCollection<string?> OccurredAt => [.. _heard.Select(message => message.OccurredAt)];

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
            var occurred = message.BasicProperties.Headers?.TryGetValue("occurred-at", out var header) == true ? header : null;
            wire._heard.Enqueue((
                Guid.Parse(message.BasicProperties.MessageId!),
                occurred is byte[] bytes ? Encoding.UTF8.GetString(bytes) : occurred?.ToString()));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
        return wire;
    }

    public Task<int> Hears(int copies) =>
        Eventually.Holds(() => Task.FromResult(_heard.Count), heard => heard >= copies);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
