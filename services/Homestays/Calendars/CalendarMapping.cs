using Jingdezhen.Tourism.Homestays.Listings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Homestays.Calendars;

internal sealed class CalendarMapping : IEntityTypeConfiguration<NightTerms>, IEntityTypeConfiguration<Block>
{
    public void Configure(EntityTypeBuilder<NightTerms> terms)
    {
        terms.HasKey(t => new { t.RoomId, t.Night });
        terms.HasOne<Room>().WithMany().HasForeignKey(t => t.RoomId);
    }

    public void Configure(EntityTypeBuilder<Block> block)
    {
        block.Property(b => b.Id).ValueGeneratedNever();
        block.Property(b => b.CreatedAt).HasDefaultValueSql("now()");
        block.HasOne<Room>().WithMany().HasForeignKey(b => b.RoomId);
        block.HasIndex(b => new { b.RoomId, b.To });
        block.HasIndex(b => new { b.SourceId, b.Uid, b.From }).IsUnique();
        block.ToTable(table => table.HasCheckConstraint("block_has_nights", "\"from\" < \"to\""));
    }
}
