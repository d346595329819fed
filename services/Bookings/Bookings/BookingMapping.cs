using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Bookings.Bookings;

internal sealed class BookingMapping : IEntityTypeConfiguration<Booking>, IEntityTypeConfiguration<UnitItem>
{
    public void Configure(EntityTypeBuilder<Booking> booking)
    {
        booking.Property<uint>("Version").HasColumnName("xmin").IsRowVersion();
        booking.Property(b => b.Status).HasConversion<string>();
        booking.Property(b => b.Contact).HasColumnType("jsonb");
        booking.Ignore(b => b.LiveUnits);
        booking.HasMany(b => b.UnitItems).WithOne().HasForeignKey(item => item.BookingId);

        // What ran out is found here by the door and by the sweep; live holds are few, so the index stays small.
        booking.HasIndex(b => new { b.SlotId, b.ExpiresAt }).HasFilter("status = 'OnHold'");
        booking.HasIndex(b => new { b.AccountId, b.Id }).HasFilter("account_id IS NOT NULL");
        booking.HasIndex(b => new { b.ResellerId, b.Uuid }).IsUnique().HasFilter("reseller_id IS NOT NULL");
        booking.HasIndex(b => b.SlotId).HasFilter("status IN ('Confirmed', 'Redeemed')");
    }

    public void Configure(EntityTypeBuilder<UnitItem> item)
    {
        item.HasKey(i => new { i.BookingId, i.Position });
        item.Property(i => i.Status).HasConversion<string>();
        item.Property(i => i.Contact).HasColumnType("jsonb");
    }
}
