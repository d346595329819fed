using Jingdezhen.Tourism.Bookings.Suppliers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Bookings.Products;

internal sealed class ProductMapping :
    IEntityTypeConfiguration<Product>, IEntityTypeConfiguration<Option>, IEntityTypeConfiguration<Unit>
{
    public void Configure(EntityTypeBuilder<Product> product)
    {
        product.Property(p => p.AvailabilityType).HasConversion<string>();
        product.Property(p => p.PricedPer).HasConversion<string>();
        product.Ignore(p => p.RefundPolicy);
        product.OwnsMany(p => p.RefundTiers, tiers => tiers.ToJson());
        product.HasIndex(p => new { p.SupplierId, p.Code }).IsUnique();
        product.HasOne<Supplier>().WithMany().HasForeignKey(p => p.SupplierId);
        product.HasMany(p => p.Options).WithOne().HasForeignKey(option => option.ProductId);
    }

    public void Configure(EntityTypeBuilder<Option> option)
    {
        option.HasIndex(o => new { o.ProductId, o.Code }).IsUnique();
        option.HasMany(o => o.Units).WithOne().HasForeignKey(unit => unit.OptionId);
        option.ToTable(table => table.HasCheckConstraint(
            "units_within_bounds",
            "min_units >= 1 AND max_units >= min_units AND cutoff_minutes >= 0 AND price_fen >= 0"));
    }

    public void Configure(EntityTypeBuilder<Unit> unit)
    {
        unit.HasIndex(u => u.OptionId);
        unit.ToTable(table => table.HasCheckConstraint(
            "unit_makes_sense", "pax_count >= 0 AND price_fen >= 0 AND min_age <= max_age"));
    }
}
