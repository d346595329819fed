using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Complaints.Operators;

/// <summary>An operator and a merchant who are too close for the operator to judge: kin, shares, former work.</summary>
internal sealed class OperatorTie
{
    public required Guid OperatorId { get; init; }
    public required Guid MerchantId { get; init; }
    public required string Because { get; init; }
}

internal sealed class OperatorTieMapping : IEntityTypeConfiguration<OperatorTie>
{
    public void Configure(EntityTypeBuilder<OperatorTie> row)
    {
        row.ToTable("operator_ties");
        row.HasKey(each => new { each.OperatorId, each.MerchantId });
    }
}
