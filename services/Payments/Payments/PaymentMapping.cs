using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Payments.Payments;

internal sealed class PaymentMapping : IEntityTypeConfiguration<Payment>
{
    public void Configure(EntityTypeBuilder<Payment> payment)
    {
        payment.Property<uint>("Version").HasColumnName("xmin").IsRowVersion();
        payment.HasIndex(row => row.Key).IsUnique();
        payment.HasIndex(row => row.NextStepAt).HasFilter("next_step_at IS NOT NULL");
        payment.HasIndex(row => new { row.Provider, row.CapturedAt });
        payment.Property(row => row.State).HasConversion<string>();
        payment.Ignore(row => row.HasEnded);
        payment.ToTable("payments", table =>
        {
            table.HasCheckConstraint("payment_amount", "amount_fen > 0 AND currency = 'CNY'");
            table.HasCheckConstraint("refunded_at_most_captured",
                "refunded_fen BETWEEN 0 AND CASE WHEN state = 'Captured' THEN amount_fen ELSE 0 END");
        });
    }
}
