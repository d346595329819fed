using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Jingdezhen.Tourism.EndToEnd.Tests.Orders;

/// <summary>
/// Listens to what services tell each other and sends part of it once more, later: the same message with the
/// same id, as a broker does that did not hear the acknowledgement. What arrives late arrives out of order too.
/// </summary>
internal sealed class DoublingPostman(Uri broker, Random chance) : IAsyncDisposable
{
    private const string Mark = "doubled";
    private static readonly string[] Contracts =
    [
        "Homestays.V1:HoldStay", "Homestays.V1:StayHeld", "Homestays.V1:StayRefused", "Homestays.V1:ConfirmStay",
        "Homestays.V1:StayConfirmed", "Homestays.V1:ReleaseStay", "Homestays.V1:StayReleased",
            "Homestays.V1:StayCancelled",
        "Payments.V1:RequestPayment", "Payments.V1:PaymentCaptured", "Payments.V1:PaymentFailed",
            "Payments.V1:RequestRefund",
        "Payments.V1:RefundSettled",
    ];

    private IConnection? _connection;
    private int _doubled;

    public int Doubled => _doubled;

    /// <summary>Begins, also again after the broker was away.</summary>
    public async Task StartAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync();
        _connection =
            await new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false }.CreateConnectionAsync();
        var channel = await _connection.CreateChannelAsync();
        var queue = await channel.QueueDeclareAsync(exclusive: true);
        foreach (var contract in Contracts)
        {
            var exchange = $"Jingdezhen.Tourism.Contracts.{contract}";
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
            await channel.QueueBindAsync(queue.QueueName, exchange, "");
        }

        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, letter) =>
        {
            if (letter.BasicProperties.Headers?.ContainsKey(Mark) == true) return Task.CompletedTask;

            int delay;
            lock (chance)
            {
                if (chance.Next(2) == 0) return Task.CompletedTask;
                delay = chance.Next(1, 1500);
            }

            var copy = new BasicProperties(letter.BasicProperties)
            {
                Headers =
                    new Dictionary<string, object?>(letter.BasicProperties.Headers ?? new Dictionary<string, object?>())
                {
                    [Mark] = true,
                },
            };
            var (exchange, body) = (letter.Exchange, letter.Body.ToArray());
            _ = SendLaterAsync(channel, exchange, copy, body, delay);
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync();
    }

    // The lateness is the point, so here time itself is waited for.
    private async Task SendLaterAsync(IChannel channel, string exchange, BasicProperties copy, byte[] body, int delay)
    {
        try
        {
            using var late = new PeriodicTimer(TimeSpan.FromMilliseconds(delay));
            await late.WaitForNextTickAsync();
            await channel.BasicPublishAsync(exchange, "", mandatory: false, copy, body);
            Interlocked.Increment(ref _doubled);
        }
        catch (Exception fault) when (
            fault is RabbitMQ.Client.Exceptions.AlreadyClosedException or ObjectDisposedException)
        {
            // The broker was killed meanwhile; a copy less.
        }
    }
}
