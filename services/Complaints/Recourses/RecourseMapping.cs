using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Complaints.Recourses;

internal sealed class RecourseMapping : IEntityTypeConfiguration<Recourse>
{
    public void Configure(EntityTypeBuilder<Recourse> row)
    {
        row.ToTable("recourses", table => table.HasCheckConstraint(
            "recourse_amount",
            "amount_fen > 0 AND repaid_fen BETWEEN 0 AND amount_fen AND returned_fen + returning_fen <= repaid_fen"));
        row.Property(each => each.Id).ValueGeneratedNever();
        row.Property(each => each.State).HasConversion<string>();
        row.Ignore(each => each.LeftFen).Ignore(each => each.IsOver).Ignore(each => each.Blocks)
            .Ignore(each => each.ReturnKey);
        row.ComplexProperty(each => each.Word);
        row.HasIndex(each => each.CompensationId).IsUnique();
        row.HasIndex(each => new { each.MerchantId, each.OpenedAt });
        row.HasIndex(each => each.DueAt).HasFilter("state = 'Demanded'").HasDatabaseName("recourses_due");
    }
}

internal sealed class RepaymentMapping : IEntityTypeConfiguration<Repayment>
{
    public void Configure(EntityTypeBuilder<Repayment> row)
    {
        row.ToTable("repayments");
        row.HasKey(each => each.Source);
        row.HasIndex(each => each.RecourseId);
    }
}

internal sealed class StandingMapping : IEntityTypeConfiguration<Standing>
{
    public void Configure(EntityTypeBuilder<Standing> row)
    {
        row.ToTable("standings");
        row.HasKey(each => each.MerchantId);
    }
}
