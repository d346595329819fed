using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Notifications.Announcements;

/// <summary>Whose booking, stay, order or case it is and what people call it, as far as messages have said.</summary>
internal sealed class Subject
{
    public required Guid Id { get; init; }
    public required Guid? AccountId { get; init; }
    public required Guid? MerchantId { get; init; }

    /// <summary>The reseller whose booking or cart it is.</summary>
    public Guid? ResellerId { get; init; }

    /// <summary>What was bought, by its name in Chinese.</summary>
    public string? NameZh { get; init; }

    public string? NameEn { get; init; }

    /// <summary>A case's number; what is booked has its reference from its id.</summary>
    public string? Reference { get; init; }

    /// <summary>Says in a template's values what only another message of the subject told.</summary>
    public void Complete(Dictionary<string, string> values)
    {
        if (Reference is not null) values["reference"] = Reference;
        if (!values.ContainsKey("what.zh")) return;

        if (NameZh is not null) values["what.zh"] = NameZh;
        if (NameEn is not null) values["what.en"] = NameEn;
    }
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
