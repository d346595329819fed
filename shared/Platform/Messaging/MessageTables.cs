using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Platform.Messaging;

internal static class MessageTables
{
    public static void AddMessageTables(this ModelBuilder model)
    {
        model.Entity<OutboxMessage>(outbox =>
        {
            outbox.ToTable("outbox");
            outbox.Property(message => message.Sequence).UseIdentityAlwaysColumn();
            outbox.Property(message => message.OccurredAt).HasDefaultValueSql("now()");

            // Text, not jsonb: nobody queries a body, and parsing it would be paid on the hot path.
            outbox.Property(message => message.Body).HasColumnType("text");
            outbox.HasIndex(message => message.Sequence).HasFilter("parked_because IS NULL");
        });
        model.Entity<InboxMessage>(inbox =>
        {
            inbox.ToTable("inbox");
            inbox.HasKey(message => new { message.MessageId, message.Consumer });
            inbox.HasIndex(message => message.HandledAt).HasMethod("brin");
        });
        model.Entity<FailedMessage>(failed =>
        {
            failed.ToTable("failed_messages");
            failed.Property(message => message.Headers).HasColumnType("jsonb");
            failed.HasIndex(message => message.FailedAt);
        });
    }
}
