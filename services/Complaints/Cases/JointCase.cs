using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>Cases of several complainants about one matter, handled together; each claimant is still paid
/// alone.</summary>
internal sealed class JointCase
{
    public const int FewestCases = 4;

    public required Guid Id { get; init; }
    public required string Matter { get; init; }
    public required Guid? MerchantId { get; init; }
    public required string OpenedBy { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
}

internal sealed class JointCaseMapping : IEntityTypeConfiguration<JointCase>
{
    public void Configure(EntityTypeBuilder<JointCase> row)
    {
        row.ToTable("joint_cases");
        row.Property(each => each.Id).ValueGeneratedNever();
    }
}
