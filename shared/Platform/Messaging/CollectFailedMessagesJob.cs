using System.Text;
using System.Text.Json;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>The queues this service consumes, so that its failures can be found.</summary>
internal sealed record ConsumedQueues(IReadOnlyList<string> Names);

/// <summary>
/// Moves what MassTransit put into this service's <c>_error</c> and <c>_skipped</c> queues into a table: a queue cannot
/// be read without taking, a table can. A message is acknowledged after the commit, so a crash stores it twice at
/// worst.
/// </summary>
internal sealed class CollectFailedMessagesJob(
    IServiceScopeFactory scopes, ConsumedQueues queues, BrokerConnection broker, TimeProvider clock,
    ILogger<CollectFailedMessagesJob> logger) : RecurringJob(scopes, logger, TimeSpan.FromSeconds(5))
{
    private const int MostAtOnce = 200;

    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        if (queues.Names.Count == 0) return;

        var connection = await broker.OpenAsync(stopping);
        foreach (var queue in queues.Names)
        {
            await CollectAsync(services.GetRequiredService<DbContext>(), connection, queue, "_error", stopping);
            await CollectAsync(services.GetRequiredService<DbContext>(), connection, queue, "_skipped", stopping);
        }
    }

    private async Task CollectAsync(
        DbContext db, IConnection connection, string queue, string suffix, CancellationToken stopping)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stopping);
        try
        {
            await channel.QueueDeclarePassiveAsync(queue + suffix, stopping);
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return; // Nothing has failed here yet: the queue comes into being with the first failure.
        }

        ulong last = 0;
        for (var taken = 0; taken < MostAtOnce; taken++)
        {
            if (await channel.BasicGetAsync(queue + suffix, autoAck: false, stopping) is not { } message) break;

            db.Add(Read(message, queue, suffix));
            last = message.DeliveryTag;
        }

        if (last == 0) return;

        await db.SaveChangesAsync(stopping);
        db.ChangeTracker.Clear();
        await channel.BasicAckAsync(last, multiple: true, stopping);
    }

    private FailedMessage Read(BasicGetResult message, string queue, string suffix)
    {
        var headers = (message.BasicProperties.Headers ?? new Dictionary<string, object?>())
            .Where(header => header.Value is byte[] or string)
            .ToDictionary(
                header => Storable(header.Key),
                header => Storable(header.Value as string ?? Encoding.UTF8.GetString((byte[])header.Value!)));
        var body = Storable(Encoding.UTF8.GetString(message.Body.Span));
        return new()
        {
            Id = Guid.CreateVersion7(),
            Queue = queue,
            MessageId = Guid.TryParse(message.BasicProperties.MessageId, out var id) ? id : null,
            Contract = Storable(ContractOf(body) ?? "unknown"),
            Reason = headers.GetValueOrDefault("MT-Fault-Message") ??
                (suffix == "_skipped" ? "No consumer of this queue takes this contract." : "unknown"),
            Body = body,
            Headers = JsonSerializer.Serialize(headers),
            FailedAt = clock.GetUtcNow(),
        };
    }

    // PostgreSQL stores no U+0000, and one message that cannot be stored would hold up all that failed after it.
    private static string Storable(string text) => text.Replace("\0", "\uFFFD", StringComparison.Ordinal);

    private static string? ContractOf(string body)
    {
        try
        {
            using var envelope = JsonDocument.Parse(body);
            return envelope.RootElement.TryGetProperty("messageType", out var types)
                ? types[0].GetString()?.Replace("urn:message:", "", StringComparison.Ordinal).Replace(':', '.')
                : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or IndexOutOfRangeException)
        {
            return null; // What is not an envelope is kept all the same; its body says what it was.
        }
    }
}
