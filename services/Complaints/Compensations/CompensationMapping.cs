using System.Text.Json;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Complaints.Compensations;

internal sealed class CompensationMapping : IEntityTypeConfiguration<Compensation>
{
    public void Configure(EntityTypeBuilder<Compensation> row)
    {
        row.ToTable("compensations", table => table.HasCheckConstraint("compensation_amount", "amount_fen >= 0"));
        row.Property(each => each.Id).ValueGeneratedNever();
        row.Property(each => each.State).HasConversion<string>();
        row.Property(each => each.Reasons).HasColumnType("jsonb").HasConversion(
            reasons => JsonSerializer.Serialize(reasons, JsonSerializerOptions.Web),
            text => JsonSerializer.Deserialize<List<RuleAnswer>>(text, JsonSerializerOptions.Web)!,

            // A decision's reasons never change: the same list is the same.
            new ValueComparer<IReadOnlyList<RuleAnswer>>(
                (left, right) => ReferenceEquals(left, right), reasons => reasons.Count, reasons => reasons));
        row.Ignore(each => each.PayoutKey).Ignore(each => each.HoldsMoney);
        row.ComplexProperty(each => each.Word);
        row.HasIndex(each => each.CaseId);
        row.HasIndex(each => each.SubjectId);

        // The database's own copy of the rule that nobody is paid twice.
        row.HasIndex(each => new { each.ClaimantKey, each.SubjectId }).IsUnique()
            .HasFilter("state IN ('Approved', 'Paid', 'Released', 'ClawedBack')").HasDatabaseName("one_payout");
    }
}

internal sealed class RuleBudgetMapping : IEntityTypeConfiguration<RuleBudget>
{
    public void Configure(EntityTypeBuilder<RuleBudget> row)
    {
        row.ToTable("rule_budgets");
        row.HasKey(each => each.Day);
    }
}
