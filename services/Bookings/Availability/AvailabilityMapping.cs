using Jingdezhen.Tourism.Bookings.Products;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Bookings.Availability;

internal sealed class AvailabilityMapping :
    IEntityTypeConfiguration<Slot>, IEntityTypeConfiguration<VenueDay>, IEntityTypeConfiguration<Venue>,
    IEntityTypeConfiguration<IdentityClaim>, IEntityTypeConfiguration<Schedule>, IEntityTypeConfiguration<Closure>
{
    // The admission door locks these rows; a path that forgets the lock and writes too much meets the checks.
    public void Configure(EntityTypeBuilder<Slot> slot)
    {
        slot.HasIndex(s => new { s.OptionId, s.LocalDate });
        slot.HasIndex(s => new { s.OptionId, s.StartsAt }).IsUnique();
        slot.HasIndex(s => s.Id, "WaitedFor").HasDatabaseName("ix_slots_waited_for").HasFilter("waited_for");
        slot.Property(s => s.WaitedFor).HasDefaultValue(false);
        slot.HasOne<Option>().WithMany().HasForeignKey(s => s.OptionId);
        slot.HasOne<VenueDay>().WithMany().HasForeignKey(s => s.VenueDayId);
        slot.ToTable(table => table.HasCheckConstraint("slot_not_oversold", "taken BETWEEN 0 AND capacity"));

        // Counters change in place: room on the page keeps the updates off the indexes.
        slot.HasAnnotation("Npgsql:StorageParameter:fillfactor", 50);
    }

    public void Configure(EntityTypeBuilder<VenueDay> day)
    {
        day.HasIndex(d => new { d.VenueId, d.Day }).IsUnique();
        day.ToTable(table => table.HasCheckConstraint("venue_day_not_oversold", "taken BETWEEN 0 AND capacity"));
        day.HasAnnotation("Npgsql:StorageParameter:fillfactor", 50);
    }

    public void Configure(EntityTypeBuilder<Venue> venue) =>
        venue.ToTable(table => table.HasCheckConstraint("venue_has_room", "daily_capacity > 0"));

    public void Configure(EntityTypeBuilder<IdentityClaim> claim)
    {
        claim.HasKey(c => new { c.VenueId, c.Day, c.IdentityHash });
        claim.HasIndex(c => c.BookingId);
    }

    public void Configure(EntityTypeBuilder<Schedule> schedule)
    {
        schedule.HasIndex(s => s.OptionId);
        schedule.ToTable(table => table.HasCheckConstraint(
            "schedule_makes_sense", "first_day <= last_day AND duration_minutes > 0 AND capacity > 0"));
    }

    public void Configure(EntityTypeBuilder<Closure> closure)
    {
        closure.HasIndex(c => c.ProductId);
        closure.ToTable(table => table.HasCheckConstraint("closure_makes_sense", "first_day <= last_day"));
    }
}
