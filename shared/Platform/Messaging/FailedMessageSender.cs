using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using RabbitMQ.Client;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>Sends to the queue that failed, with the first MessageId: the inbox sees to it that it counts once.</summary>
internal sealed class FailedMessageSender(BrokerConnection broker, TimeProvider clock)
{
    public async Task ResendAsync(DbContext db, FailedMessage message, CancellationToken cancellation)
    {
        var connection = await broker.OpenAsync(cancellation);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
            cancellation);
        var headers = JsonSerializer.Deserialize<Dictionary<string, string>>(message.Headers)!
            .Where(header => !header.Key.StartsWith("MT-Fault", StringComparison.Ordinal))
            .ToDictionary(header => header.Key, header => (object?)header.Value);
        var properties = new BasicProperties
        {
            MessageId = message.MessageId?.ToString(),
            ContentType = headers.GetValueOrDefault("Content-Type") as string ?? "application/vnd.masstransit+json",
            DeliveryMode = DeliveryModes.Persistent,
            Headers = headers,
        };
        await channel.BasicPublishAsync(
            exchange: "", message.Queue, mandatory: true, properties, Encoding.UTF8.GetBytes(message.Body), cancellation);

        message.WasResent(clock.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
    }
}
