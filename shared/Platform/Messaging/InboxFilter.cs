using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// Handles each message once per consumer: the mark, the consumer's writes and its outbox rows commit together or not
/// at all. Never catch a database error here to mean "duplicate".
/// </summary>
internal sealed class InboxFilter<T>(DbContext db, TimeProvider clock, InboxSwitch inbox, Selections selections)
    : IFilter<ConsumeContext<T>>
    where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        var consumer = context.ReceiveContext.InputAddress.Segments[^1];
        if (!selections.Concerns(consumer, context.Message))
        {
            await context.NotifyConsumed(context, TimeSpan.Zero, nameof(Selections));
            return;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(context.CancellationToken);

        // A concurrent duplicate waits here for the first one to commit, and then finds nothing to do.
        var messageId = context.MessageId ?? throw new InvalidOperationException("A message without MessageId.");
        var marked = await Inbox.MarkAsync(db, [messageId], consumer, clock.GetUtcNow(), context.CancellationToken);
        if (marked.Count == 0 && inbox.IsOn)
        {
            // Unless told, MassTransit takes it for one that nobody wanted, and puts it among the failed.
            await context.NotifyConsumed(context, TimeSpan.Zero, nameof(Inbox));
            return;
        }

        await next.Send(context);
        await transaction.CommitAsync(context.CancellationToken);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("inbox");
}

/// <summary>Off only in the control tests that show what the inbox prevents.</summary>
internal sealed class InboxSwitch
{
    public bool IsOn { get; set; } = true;
}

public static class Inbox
{
    /// <summary>
    /// Marks messages as handled by a consumer within the current transaction and returns those that were not yet. For
    /// consumers of <see cref="Batch{T}"/>, which the filter leaves alone: they mark and write set-based.
    /// </summary>
    public static async Task<HashSet<Guid>> MarkAsync(
        DbContext db, Guid[] messageIds, string consumer, DateTimeOffset now, CancellationToken cancellation)
    {
        var fresh = await db.Database.SqlQuery<Guid>(
            $"""
            INSERT INTO inbox (message_id, consumer, handled_at)
            SELECT DISTINCT id, {consumer}, {now} FROM unnest({messageIds}) AS id ORDER BY id
            ON CONFLICT DO NOTHING RETURNING message_id AS "Value"
            """).ToListAsync(cancellation);
        return [.. fresh];
    }
}
