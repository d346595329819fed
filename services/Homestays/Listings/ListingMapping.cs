using System.Text.Json;
using Jingdezhen.Tourism.Homestays.Calendars;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Homestays.Listings;

internal sealed class ListingMapping : IEntityTypeConfiguration<Listing>, IEntityTypeConfiguration<Room>
{
    public void Configure(EntityTypeBuilder<Listing> listing)
    {
        listing.Property(l => l.Id).ValueGeneratedNever();
        listing.HasIndex(l => l.MerchantId);
        listing.HasIndex(l => l.Village);
        listing.ToTable(table =>
        {
            table.HasCheckConstraint("somewhere_on_earth",
                "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180");
            table.HasCheckConstraint("late_refund_is_a_share", "late_refund_percent BETWEEN 0 AND 100");
        });
    }

    public void Configure(EntityTypeBuilder<Room> room)
    {
        room.Property(r => r.Id).ValueGeneratedNever();
        room.HasOne<Listing>().WithMany().HasForeignKey(r => r.ListingId);
        room.HasIndex(r => r.MerchantId);
        room.HasIndex(r => r.FeedSecret).IsUnique();
        room.HasIndex(r => r.ChangedAt);
        room.Property(r => r.Version).HasDefaultValue(1L).ValueGeneratedOnAddOrUpdate();
        room.Property(r => r.ChangedAt).HasDefaultValueSql("now()").ValueGeneratedOnAddOrUpdate();
        room.Property(r => r.Prices).HasColumnType("jsonb").HasConversion(
            plan => JsonSerializer.Serialize(plan, JsonSerializerOptions.Web),
            stored => JsonSerializer.Deserialize<PricePlan>(stored, JsonSerializerOptions.Web)!,
            new ValueComparer<PricePlan>(
                (one, other) => JsonSerializer.Serialize(one, JsonSerializerOptions.Web)
                    == JsonSerializer.Serialize(other, JsonSerializerOptions.Web),
                plan => plan.BaseFen.GetHashCode(), plan => plan));
        room.ToTable(table => table.HasCheckConstraint(
            "sleeps_somebody", "max_adults > 0 AND max_children >= 0 AND min_nights BETWEEN 1 AND max_nights"));
    }
}
