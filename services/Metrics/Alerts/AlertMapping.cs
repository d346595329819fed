using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Metrics.Alerts;

internal sealed class AlertMapping : IEntityTypeConfiguration<Alert>
{
    public void Configure(EntityTypeBuilder<Alert> alert)
    {
        alert.ToTable("alerts");
        alert.Property(one => one.Id).ValueGeneratedNever();

        // Two replicas that look at once: the second finds another version and leaves the word to the first.
        alert.Property<uint>("Version").HasColumnName("xmin").IsRowVersion();
    }
}
