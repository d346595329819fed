using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Complaints.Purchases;

internal sealed class PurchaseMapping : IEntityTypeConfiguration<Purchase>
{
    public void Configure(EntityTypeBuilder<Purchase> row)
    {
        row.ToTable("purchases");
        row.Property(each => each.Id).ValueGeneratedNever();
        row.Ignore(each => each.GivenBackFen);
        row.Property(each => each.PaidFen).HasDefaultValue(0L);
        row.Property(each => each.People).HasDefaultValue(0);
        row.Property(each => each.UsedBy).HasDefaultValue(0);
        row.Property(each => each.PromisedFen).HasDefaultValue(0L);
        row.Property(each => each.RefundedFen).HasDefaultValue(0L);
        row.HasIndex(each => each.AccountId).HasFilter("account_id IS NOT NULL");
        row.HasIndex(each => each.GuestKey).HasFilter("guest_key IS NOT NULL");
        row.HasIndex(each => each.OrderId).HasFilter("order_id IS NOT NULL");
    }
}

internal sealed class CountedRefundMapping : IEntityTypeConfiguration<CountedRefund>
{
    public void Configure(EntityTypeBuilder<CountedRefund> row)
    {
        row.ToTable("counted_refunds");
        row.HasKey(each => each.RefundId);
    }
}

internal sealed class SlotMapping : IEntityTypeConfiguration<Slot>
{
    public void Configure(EntityTypeBuilder<Slot> row)
    {
        row.ToTable("slots");
        row.Property(each => each.Id).ValueGeneratedNever();
    }
}

internal sealed class MerchantMapping : IEntityTypeConfiguration<Merchant>
{
    public void Configure(EntityTypeBuilder<Merchant> row)
    {
        row.ToTable("merchants");
        row.Property(each => each.Id).ValueGeneratedNever();
    }
}
