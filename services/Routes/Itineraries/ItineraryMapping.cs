using Jingdezhen.Tourism.Routes.Plans;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Routes.Itineraries;

internal sealed class ItineraryMapping : IEntityTypeConfiguration<Itinerary>
{
    public void Configure(EntityTypeBuilder<Itinerary> itinerary)
    {
        itinerary.ToTable("itineraries");
        itinerary.Property(each => each.Id).ValueGeneratedNever();
        itinerary.Property(each => each.Wishes).IsJson();
        itinerary.Property(each => each.Plan).IsJson();
        itinerary.Property(each => each.Booked).IsJson();
        itinerary.Property(each => each.Version).IsConcurrencyToken();
        itinerary.HasIndex(each => new { each.AccountId, each.Id });
        itinerary.HasIndex(each => each.ShareKey).IsUnique();
        itinerary.HasMany<ItineraryVersion>().WithOne().HasForeignKey(version => version.ItineraryId)
            .OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class ItineraryVersionMapping : IEntityTypeConfiguration<ItineraryVersion>
{
    public void Configure(EntityTypeBuilder<ItineraryVersion> version)
    {
        version.ToTable("itinerary_versions");
        version.HasKey(each => new { each.ItineraryId, each.Version });
        version.Property(each => each.Plan).IsJson();
    }
}
