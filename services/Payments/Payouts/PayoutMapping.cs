using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Payments.Payouts;

internal sealed class PayoutMapping : IEntityTypeConfiguration<Payout>
{
    public void Configure(EntityTypeBuilder<Payout> payout)
    {
        payout.Property<uint>("Version").HasColumnName("xmin").IsRowVersion();
        payout.HasIndex(row => row.Key).IsUnique();
        payout.HasIndex(row => row.NextStepAt).HasFilter("next_step_at IS NOT NULL");
        payout.Property(row => row.State).HasConversion<string>();
        payout.ToTable(
            "payouts", table => table.HasCheckConstraint("payout_amount", "amount_fen > 0 AND currency = 'CNY'"));
    }
}
