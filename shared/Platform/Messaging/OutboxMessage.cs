using System.Diagnostics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// A contract waiting for the broker. The row's id is the MessageId, so a second delivery is recognisable.
/// </summary>
public sealed class OutboxMessage
{
    public Guid Id { get; private init; } = Guid.CreateVersion7();
    public long Sequence { get; private init; }
    public required string Contract { get; init; }
    public required string Body { get; init; }

    /// <summary>When the change happened, by the database's clock unless the publisher knows better.</summary>
    public DateTimeOffset OccurredAt { get; init; }

    public string? TraceParent { get; private init; } = Activity.Current?.Id;

    /// <summary>Why the relay gave this row up; an operator's matter, counted by a gauge.</summary>
    public string? ParkedBecause { get; private init; }
}

/// <summary>The mark that a consumer has handled a message.</summary>
public sealed class InboxMessage
{
    public required Guid MessageId { get; init; }
    public required string Consumer { get; init; }
    public required DateTimeOffset HandledAt { get; init; }
}

public static class Outbox
{
    /// <summary>Publishes when, and only when, the surrounding transaction commits.</summary>
    /// <param name="db">The context whose transaction carries the message.</param>
    /// <param name="contract">The message; its full type name is the wire name.</param>
    /// <param name="occurredAt">When it happened, if that is not now.</param>
    public static void Publish<TContract>(this DbContext db, TContract contract, DateTimeOffset? occurredAt = null)
        where TContract : class
    {
        // The message's own type, not the variable's: a contract held as object would be parked as unknown.
        var message = new OutboxMessage
        {
            Contract = contract.GetType().FullName!,
            Body = JsonSerializer.Serialize(contract, contract.GetType(), JsonSerializerOptions.Web),
            OccurredAt = occurredAt ?? default,
        };
        db.Add(message);
    }
}
