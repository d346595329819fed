using Jingdezhen.Tourism.Payments.Payments;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Payments.Refunds;

internal sealed class RefundMapping : IEntityTypeConfiguration<Refund>
{
    public void Configure(EntityTypeBuilder<Refund> refund)
    {
        refund.Property<uint>("Version").HasColumnName("xmin").IsRowVersion();
        refund.HasIndex(row => row.Key).IsUnique();
        refund.HasIndex(row => row.NextStepAt).HasFilter("next_step_at IS NOT NULL");
        refund.Property(row => row.State).HasConversion<string>();
        refund.HasOne<Payment>().WithMany().HasForeignKey(row => row.PaymentId).OnDelete(DeleteBehavior.Restrict);
        refund.ToTable(
            "refunds", table => table.HasCheckConstraint("refund_amount", "amount_fen > 0 AND currency = 'CNY'"));
    }
}
