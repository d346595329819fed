using Jingdezhen.Tourism.Bookings.Products;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Bookings.Suppliers;

internal sealed class SupplierMapping : IEntityTypeConfiguration<Supplier>, IEntityTypeConfiguration<CatalogueVersion>
{
    public void Configure(EntityTypeBuilder<Supplier> supplier) => supplier.HasKey(s => s.Id);

    public void Configure(EntityTypeBuilder<CatalogueVersion> version)
    {
        version.Property(row => row.Id).ValueGeneratedNever();
        version.HasData(new CatalogueVersion { Id = 1, Version = 1 });
    }
}
