using MassTransit;

namespace Jingdezhen.Tourism.Platform.Messaging;

public static class MessageHeaders
{
    internal const string OccurredAt = "occurred-at";

    /// <summary>When the change behind the message happened, however late the message itself was sent.</summary>
    public static DateTimeOffset WhenOccurred(this ConsumeContext context) =>
        context.Headers.Get<DateTimeOffset>(OccurredAt) is { } occurred && occurred != default ? occurred
        : context.SentTime is { } sent ? new(DateTime.SpecifyKind(sent, DateTimeKind.Utc))
        : throw new InvalidOperationException("The message says neither when it occurred nor when it was sent.");
}
