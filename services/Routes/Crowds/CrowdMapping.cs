using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Routes.Crowds;

internal sealed class SlotMapping : IEntityTypeConfiguration<Slot>
{
    public void Configure(EntityTypeBuilder<Slot> slot)
    {
        slot.ToTable("slots");
        slot.HasKey(each => each.AvailabilityId);
        slot.Property(each => each.AvailabilityId).ValueGeneratedNever();
        slot.HasIndex(each => each.StartsAt);
    }
}

internal sealed class HourOfVisitsMapping : IEntityTypeConfiguration<HourOfVisits>
{
    public void Configure(EntityTypeBuilder<HourOfVisits> hour)
    {
        hour.ToTable("hours_of_visits");
        hour.HasKey(each => new { each.VenueId, each.Hour });
        hour.HasIndex(each => each.Hour);
    }
}
