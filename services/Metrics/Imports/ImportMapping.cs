using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Metrics.Imports;

internal sealed class ImportMapping : IEntityTypeConfiguration<Import>
{
    public void Configure(EntityTypeBuilder<Import> import)
    {
        import.ToTable("imports");
        import.Property(file => file.Id).ValueGeneratedNever();
        import.HasIndex(file => new { file.Kind, file.Hash }).IsUnique().HasFilter("state = 'loaded'");
    }
}
