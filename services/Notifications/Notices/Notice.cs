using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Notifications.Notices;

internal enum NoticeState
{
    Waiting,
    Sent,

    /// <summary>Not wanted, or no address known.</summary>
    Skipped,
    Failed,
}

/// <summary>Something to tell a person, a merchant's people or the staff, once for its key and channel.</summary>
internal sealed class Notice
{
    public required Guid Id { get; init; }
    public required string Key { get; init; }

    /// <summary>mail or sms.</summary>
    public required string Channel { get; init; }

    public required string Topic { get; init; }

    /// <summary>The booking, stay, order or case; says whom it concerns where the event did not.</summary>
    public required Guid? SubjectId { get; init; }

    public required Guid? AccountId { get; init; }
    public required Guid? MerchantId { get; init; }

    /// <summary>The staff whom it is for: operator or admin.</summary>
    public string? StaffRole { get; init; }

    /// <summary>The template's values as JSON; no address and no name.</summary>
    public required string Values { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public NoticeState State { get; private init; }
    public int Attempts { get; private init; }

    /// <summary>The accounts that have it already, which a next attempt leaves alone; nobody once it has
    /// ended.</summary>
    public Guid[] Told { get; private init; } = [];

    public DateTimeOffset? NextAttemptAt { get; init; }
    public DateTimeOffset? SentAt { get; private init; }
    public string? LastError { get; private init; }
}

internal sealed class NoticeMapping : IEntityTypeConfiguration<Notice>
{
    public void Configure(EntityTypeBuilder<Notice> notice)
    {
        notice.ToTable("notices");
        notice.HasIndex(row => new { row.Key, row.Channel }).IsUnique();
        notice.HasIndex(row => row.NextAttemptAt).HasFilter("next_attempt_at IS NOT NULL");
        notice.HasIndex(row => row.AccountId);
        notice.Property(row => row.State).HasConversion<string>();
        notice.Property(row => row.Values).HasColumnType("jsonb");
        notice.Property(row => row.Told).HasDefaultValueSql("'{}'");
    }
}
