using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using MassTransit.Logging;
using RabbitMQ.Client;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>A row of the outbox on its way; the body is the contract's JSON as it was stored.</summary>
internal sealed record OutboxRow(
    Guid Id, Type Contract, ReadOnlyMemory<byte> Body, DateTimeOffset OccurredAt, string? TraceParent);

/// <summary>
/// Publishes outbox rows over a connection of its own, as MassTransit would: in its JSON envelope, to the fanout
/// exchange of the contract, confirmed by the broker. A stored body travels as it is, neither read nor written again.
/// </summary>
/// <remarks>
/// What the broker has not confirmed in time is given up together with the connection, and the next batch has a new
/// one. MassTransit's publishers share a channel that cannot be given up: once RabbitMQ leaves a call on it without an
/// answer, they wait for ever, long after the broker is well. One batch at a time.
/// </remarks>
internal class OutboxPublisher(Uri broker, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(2);

    private Line? _line;

    /// <summary>Whether a connection that failed is left behind; not only in the control test.</summary>
    internal bool LeavesBroken { get; init; } = true;

    /// <summary>Publishes a batch and waits for its confirmations.</summary>
    /// <param name="rows">In their order.</param>
    /// <param name="limit">After this nothing more is waited for.</param>
    /// <returns>For each row whether the broker has it, and what came between where it has not all.</returns>
    public virtual async Task<(bool[] Taken, Exception? Fault)> PublishAsync(
        IReadOnlyList<OutboxRow> rows, CancellationToken limit)
    {
        Line? line = null;
        try
        {
            // Not even a call that never hears of its limit holds the relay up; it ends with its connection.
            var open = await OpenAsync(limit);
            var confirms = open.Confirms.Expect(rows.Count);
            line = open; // From here on what it says of confirmations is said of this batch.
            await line.SendAsync(rows, limit).WaitAsync(limit);
            await confirms.WaitAsync(limit);
            return (line.Confirms.Taken(), null);
        }
        catch (Exception fault)
        {
            // What is confirmed is published, whatever became of the others.
            if (LeavesBroken && _line is { } broken)
            {
                _ = broken.EndAsync();
                _line = null;
            }

            return (line?.Confirms.Taken() ?? new bool[rows.Count], fault);
        }
    }

    private async Task<Line> OpenAsync(CancellationToken limit)
    {
        if (_line is { IsOpen: true }) return _line;

        if (_line is not null) _ = _line.EndAsync();
        var factory = new ConnectionFactory
        {
            Uri = broker, AutomaticRecoveryEnabled = false, ClientProvidedName = "outbox",
        };
        _line = new Line(await factory.CreateConnectionAsync(limit), clock);
        await _line.OpenAsync(limit).WaitAsync(limit);
        return _line;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_line is not null) await _line.EndAsync();
    }

    /// <summary>A connection with its channel and what is known of them; never used again once it failed.</summary>
    private sealed class Line(IConnection connection, TimeProvider clock)
    {
        private const string Envelope = "application/vnd.masstransit+json";
        private const int BetweenYields = 25;

        private static readonly ActivitySource Tracing = new("Jingdezhen.Tourism.Outbox");

        private readonly ArrayBufferWriter<byte> _envelope = new(4096);
        private readonly Dictionary<Type, string> _exchanges = [];
        private IChannel? _channel;

        public OutboxConfirms Confirms { get; } = new();

        public bool IsOpen => _channel is { IsOpen: true };

        public async Task OpenAsync(CancellationToken limit)
        {
            _channel = await connection.CreateChannelAsync(
                new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false), limit);
            Confirms.Hear(_channel);
        }

        public async Task SendAsync(IReadOnlyList<OutboxRow> rows, CancellationToken limit)
        {
            for (var i = 0; i < rows.Count; i++)
            {
                limit.ThrowIfCancellationRequested();
                using var activity = Tracing.StartActivity(
                    "outbox relay", ActivityKind.Producer, rows[i].TraceParent);
                var properties = new BasicProperties
                {
                    MessageId = rows[i].Id.ToString(), ContentType = Envelope,
                    DeliveryMode = DeliveryModes.Persistent,
                    Headers = activity?.Id is { } id
                        ? new Dictionary<string, object?> { [DiagnosticHeaders.ActivityId] = id } : null,
                };

                // A call that is cancelled midway leaves the channel waiting for its answer: these are not.
                await _channel!.BasicPublishAsync(
                    await ExchangeOfAsync(rows[i].Contract), routingKey: "", mandatory: false, properties,
                    Wrap(rows[i]), CancellationToken.None);

                // Hundreds of publishes in one go would keep this process's threads from the requests.
                if (i % BetweenYields == BetweenYields - 1) await Task.Yield();
            }
        }

        private async ValueTask<string> ExchangeOfAsync(Type contract)
        {
            if (_exchanges.TryGetValue(contract, out var known)) return known;

            var exchange = $"{contract.Namespace}:{contract.Name}";
            await _channel!.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
            _exchanges.Add(contract, exchange);
            return exchange;
        }

        // The members that MassTransit documents for those who speak to it without it.
        private ReadOnlyMemory<byte> Wrap(OutboxRow row)
        {
            _envelope.ResetWrittenCount();
            using var json = new Utf8JsonWriter(_envelope);
            json.WriteStartObject();
            json.WriteString("messageId", row.Id);
            json.WriteStartArray("messageType");
            json.WriteStringValue(MessageUrn.ForTypeString(row.Contract));
            json.WriteEndArray();
            json.WritePropertyName("message");
            json.WriteRawValue(row.Body.Span, skipInputValidation: true);
            json.WriteString("sentTime", clock.GetUtcNow().UtcDateTime);
            json.WriteStartObject("headers");
            json.WriteString(MessageHeaders.OccurredAt, row.OccurredAt);
            json.WriteEndObject();
            json.WriteEndObject();
            json.Flush();
            return _envelope.WrittenMemory;
        }

        public async Task EndAsync()
        {
            try
            {
                // A broker that answers nothing does not answer this either.
                await connection.AbortAsync(LongestFarewell);
                await connection.DisposeAsync().AsTask().WaitAsync(LongestFarewell);
            }
            catch (Exception)
            {
                // It was given up for being broken.
            }
        }
    }
}
