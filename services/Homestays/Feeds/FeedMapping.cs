using Jingdezhen.Tourism.Homestays.Listings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Homestays.Feeds;

internal sealed class FeedMapping : IEntityTypeConfiguration<CalendarSource>, IEntityTypeConfiguration<CalendarConflict>
{
    public void Configure(EntityTypeBuilder<CalendarSource> source)
    {
        source.Property(s => s.Id).ValueGeneratedNever();
        source.Property(s => s.ETag).HasColumnName("etag");
        source.HasOne<Room>().WithMany().HasForeignKey(s => s.RoomId);
        source.HasIndex(s => new { s.RoomId, s.Name }).IsUnique();
        source.HasIndex(s => s.NextAt);
    }

    public void Configure(EntityTypeBuilder<CalendarConflict> conflict)
    {
        conflict.Property(c => c.Id).ValueGeneratedNever();
        conflict.HasIndex(c => new { c.SourceId, c.Uid, c.StayId, c.From }).IsUnique();
        conflict.HasIndex(c => c.MerchantId);
    }
}
