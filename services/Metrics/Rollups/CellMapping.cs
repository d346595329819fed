using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Metrics.Rollups;

internal sealed class CellMapping : IEntityTypeConfiguration<Cell>
{
    // The key's order is the reading order: one measure, one dimension, then its values by day.
    public void Configure(EntityTypeBuilder<Cell> cell)
    {
        cell.ToTable("cells");
        cell.HasKey(row => new { row.Measure, row.Dimension, row.Key, row.Day, row.Bucket });
    }
}
