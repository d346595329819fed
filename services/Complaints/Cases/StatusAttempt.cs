using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>A wrong guess at a case's number and phone; counted by number and by address.</summary>
internal sealed class StatusAttempt
{
    public required Guid Id { get; init; }
    public required string Subject { get; init; }
    public required DateTimeOffset At { get; init; }
}

internal sealed class StatusAttemptMapping : IEntityTypeConfiguration<StatusAttempt>
{
    public void Configure(EntityTypeBuilder<StatusAttempt> row)
    {
        row.ToTable("status_attempts");
        row.Property(each => each.Id).ValueGeneratedNever();
        row.HasIndex(each => new { each.Subject, each.At });
    }
}
