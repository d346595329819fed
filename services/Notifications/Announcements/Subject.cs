using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Notifications.Announcements;

/// <summary>Whose booking, stay or order it is, as far as messages have said.</summary>
internal sealed class Subject
{
    public required Guid Id { get; init; }
    public required Guid? AccountId { get; init; }
    public required Guid? MerchantId { get; init; }
}

internal sealed class SubjectMapping : IEntityTypeConfiguration<Subject>
{
    public void Configure(EntityTypeBuilder<Subject> subject)
    {
        subject.ToTable("subjects");
        subject.HasIndex(row => row.AccountId);
        subject.Property(row => row.Id).ValueGeneratedNever();
    }
}
