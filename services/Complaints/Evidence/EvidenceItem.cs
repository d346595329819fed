using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Complaints.Evidence;

/// <summary>What a case rests on: a snapshot of our own records, or a file that somebody handed in.</summary>
internal sealed class EvidenceItem
{
    public const string File = "file";

    public required Guid Id { get; init; }
    public required Guid CaseId { get; init; }

    /// <summary>purchase, policy, prior-cases or file.</summary>
    public required string Kind { get; init; }

    /// <summary>The records as they were (JSON); a file's name.</summary>
    public required string Content { get; init; }

    public string? MediaType { get; init; }
    public long? Bytes { get; init; }
    public byte[]? Sha256 { get; init; }
    public required string AddedBy { get; init; }
    public required DateTimeOffset AddedAt { get; init; }
}

internal sealed class EvidenceItemMapping : IEntityTypeConfiguration<EvidenceItem>
{
    public void Configure(EntityTypeBuilder<EvidenceItem> row)
    {
        row.ToTable("evidence_items");
        row.Property(each => each.Id).ValueGeneratedNever();
        row.HasIndex(each => each.CaseId);
    }
}
