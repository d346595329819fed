namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// A message that a consumer gave up on, taken out of the broker's error queue for an admin to look at.
/// </summary>
public sealed class FailedMessage
{
    public required Guid Id { get; init; }

    /// <summary>The queue whose consumer failed; sending again goes there and nowhere else.</summary>
    public required string Queue { get; init; }

    public required Guid? MessageId { get; init; }
    public required string Contract { get; init; }
    public required string Reason { get; init; }

    /// <summary>The transport's body as it was, an envelope in JSON.</summary>
    public required string Body { get; init; }

    /// <summary>The transport's text headers, as a JSON object.</summary>
    public required string Headers { get; init; }

    public required DateTimeOffset FailedAt { get; init; }
    public DateTimeOffset? ResentAt { get; private set; }

    public void WasResent(DateTimeOffset now) => ResentAt = now;
}
