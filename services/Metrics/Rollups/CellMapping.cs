using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Metrics.Rollups;

internal sealed class CellMapping : IEntityTypeConfiguration<Cell>
{
    // The key's order is the reading order: one measure, one dimension, then its values by day.
    public void Configure(EntityTypeBuilder<Cell> cell)
    {
        cell.ToTable("cells");
        foreach (var text in (string[])[nameof(Cell.Measure), nameof(Cell.Dimension), nameof(Cell.Key)])
        {
            // By bytes: faster, and a merchant's keys are one range whatever the server's language.
            cell.Property(text).UseCollation("C");
        }

        cell.HasKey(row => new { row.Measure, row.Dimension, row.Key, row.Day, row.Bucket });
    }
}

internal sealed class DurationDayMapping : IEntityTypeConfiguration<DurationDay>
{
    public void Configure(EntityTypeBuilder<DurationDay> day)
    {
        day.ToTable("duration_days");
        day.Property(row => row.Measure).UseCollation("C");
        day.Property(row => row.Dimension).UseCollation("C");
        day.Property(row => row.Key).UseCollation("C");
        day.HasKey(row => new { row.Measure, row.Dimension, row.Key, row.Day });
    }
}

internal sealed class PackedDayMapping : IEntityTypeConfiguration<PackedDay>
{
    public void Configure(EntityTypeBuilder<PackedDay> day)
    {
        day.ToTable("packed_days");
        day.Property(row => row.Measure).UseCollation("C");
        day.Property(row => row.Dimension).UseCollation("C");
        day.HasKey(row => new { row.Measure, row.Dimension, row.Day });
    }
}

internal sealed class PackedKeyMapping : IEntityTypeConfiguration<PackedKey>
{
    public void Configure(EntityTypeBuilder<PackedKey> key)
    {
        key.ToTable("packed_keys");
        key.Property(row => row.Dimension).UseCollation("C");
        key.Property(row => row.Key).UseCollation("C");
        key.HasKey(row => new { row.Dimension, row.Key });
        key.HasIndex(row => row.Number).IsUnique();
    }
}

/// <summary>The tables of the families: one entity type, stored once a family with its measures' columns.</summary>
internal static class FamilyMapping
{
    public static void AddFamilies(this ModelBuilder model)
    {
        foreach (var family in Family.All)
        {
            model.SharedTypeEntity<FamilyCell>(family.Table, cell =>
            {
                cell.ToTable(family.Table);
                cell.Property(row => row.Dimension).UseCollation("C");
                cell.Property(row => row.Key).UseCollation("C");
                cell.HasKey(row => new { row.Dimension, row.Key, row.Day });
                foreach (var measure in family.Measures)
                {
                    cell.Property<long>(Family.ColumnOf(measure)).HasDefaultValue(0L);
                }
            });
        }
    }
}

internal sealed class TraceMapping : IEntityTypeConfiguration<Trace>
{
    public void Configure(EntityTypeBuilder<Trace> trace)
    {
        trace.ToTable("traces");
        trace.Property(row => row.Key).UseCollation("C");
        trace.HasKey(row => new { row.Key, row.Day });
    }
}

internal sealed class SlotMapping : IEntityTypeConfiguration<Slot>
{
    public void Configure(EntityTypeBuilder<Slot> slot)
    {
        slot.ToTable("slots");
        slot.Property(row => row.Id).ValueGeneratedNever();
    }
}

internal sealed class VenueDayMapping : IEntityTypeConfiguration<VenueDay>
{
    public void Configure(EntityTypeBuilder<VenueDay> day)
    {
        day.ToTable("venue_days");
        day.HasKey(row => new { row.VenueId, row.Day });
    }
}

internal sealed class RebuildMapping : IEntityTypeConfiguration<Rebuild>
{
    public void Configure(EntityTypeBuilder<Rebuild> rebuild)
    {
        rebuild.ToTable("rebuilds");
        rebuild.Property(run => run.Id).ValueGeneratedNever();
    }
}
