using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Identity.Merchants;

internal sealed class MerchantMapping : IEntityTypeConfiguration<Merchant>
{
    public void Configure(EntityTypeBuilder<Merchant> merchant)
    {
        merchant.ToTable("merchants", table =>
        {
            table.HasCheckConstraint("known_kind", "kind IN ('supplier', 'host', 'reseller')");
            table.HasCheckConstraint("known_state", "state IN ('applied', 'approved', 'rejected')");
        });
        merchant.Property<uint>("RowVersion").HasColumnName("xmin").IsRowVersion();
        merchant.Property(row => row.AppliedAt).HasDefaultValueSql("now()");
        merchant.Ignore(row => row.Role);

        // One live merchant an account, one live merchant a licence; who was rejected may apply again.
        merchant.HasIndex(row => row.OwnerId).IsUnique().HasFilter("state <> 'rejected'");
        merchant.HasIndex(row => row.LicenceNumber).IsUnique().HasFilter("state <> 'rejected'");
    }
}
