using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Bookings.Bookings;

internal sealed class BookingPaymentMapping :
    IEntityTypeConfiguration<BookingPayment>, IEntityTypeConfiguration<BookingRefund>
{
    public void Configure(EntityTypeBuilder<BookingPayment> payment)
    {
        payment.ToTable("booking_payments");
        payment.Property(p => p.State).HasConversion<string>();
        payment.HasIndex(p => p.Key).IsUnique();
        payment.HasIndex(p => p.BookingId);
        payment.HasOne<Booking>().WithMany(b => b.Payments).HasForeignKey(p => p.BookingId);

        // Two captures of one booking meet in the booking's lock; whoever forgets the lock meets this.
        payment.HasIndex(p => p.BookingId, "Confirmed").HasDatabaseName("ix_booking_payments_confirmed").IsUnique()
            .HasFilter("confirmed");
    }

    public void Configure(EntityTypeBuilder<BookingRefund> refund)
    {
        refund.ToTable("booking_refunds");
        refund.Property(r => r.State).HasConversion<string>();
        refund.HasIndex(r => r.Key).IsUnique();
        refund.HasIndex(r => r.AskAgainAt).HasFilter("ask_again_at IS NOT NULL");
        refund.HasOne<Booking>().WithMany(b => b.Refunds).HasForeignKey(r => r.BookingId);
    }
}
