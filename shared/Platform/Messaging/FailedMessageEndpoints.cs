using System.Text;
using System.Text.Json;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using RabbitMQ.Client;

namespace Jingdezhen.Tourism.Platform.Messaging;

public sealed record FailedMessageResponse(
    Guid Id, string Queue, Guid? MessageId, string Contract, string Reason, DateTimeOffset FailedAt,
    DateTimeOffset? ResentAt);

public sealed record FailedMessageDetailResponse(FailedMessageResponse Message, string Body, string Headers);

/// <summary>What an admin does about messages that failed for good: list, read, send again.</summary>
internal static class FailedMessageEndpoints
{
    public static void MapFailedMessages(this IEndpointRouteBuilder app, string service)
    {
        var failed = app.MapGroup($"/v1/admin/{service}/failed-messages")
            .RequireAuthorization(Roles.Admin).WithTags("Failed messages");
        failed.MapGet("/", List).WithName("ListFailedMessages");
        failed.MapGet("/{id:guid}", Read).WithName("ReadFailedMessage");
        failed.MapPost("/{id:guid}/resend", Resend).WithName("ResendFailedMessage");
    }

    private static FailedMessageResponse Summary(FailedMessage message) => new(
        message.Id, message.Queue, message.MessageId, message.Contract, message.Reason, message.FailedAt,
        message.ResentAt);

    private static async Task<Ok<List<FailedMessageResponse>>> List(
        DbContext db, int? limit, Guid? after, bool? resent, CancellationToken cancellation)
    {
        var rows = await db.Set<FailedMessage>().AsNoTracking()
            .Where(message => after == null || message.Id > after)
            .Where(message => resent == true || message.ResentAt == null)
            .OrderBy(message => message.Id).Take(Math.Clamp(limit ?? 50, 1, 100)).ToListAsync(cancellation);
        return TypedResults.Ok(rows.ConvertAll(Summary));
    }

    private static async Task<Results<Ok<FailedMessageDetailResponse>, NotFound>> Read(
        Guid id, DbContext db, CancellationToken cancellation) =>
        await db.Set<FailedMessage>().AsNoTracking().SingleOrDefaultAsync(message => message.Id == id, cancellation)
            is { } message
            ? TypedResults.Ok(new FailedMessageDetailResponse(Summary(message), message.Body, message.Headers))
            : TypedResults.NotFound();

    /// <summary>
    /// Sends to the queue that failed, with the first MessageId: the inbox sees to it that it counts once.
    /// </summary>
    private static async Task<Results<Ok<FailedMessageResponse>, NotFound>> Resend(
        Guid id, DbContext db, BrokerConnection broker, TimeProvider clock, CancellationToken cancellation)
    {
        var found = await db.Set<FailedMessage>().SingleOrDefaultAsync(message => message.Id == id, cancellation);
        if (found is not { } message)
        {
            return TypedResults.NotFound();
        }

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
            exchange: "", message.Queue, mandatory: true, properties, Encoding.UTF8.GetBytes(message.Body),
            cancellation);

        message.WasResent(clock.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Ok(Summary(message));
    }
}
