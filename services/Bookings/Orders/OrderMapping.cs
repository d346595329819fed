using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Bookings.Orders;

internal sealed class OrderMapping :
    IEntityTypeConfiguration<Order>, IEntityTypeConfiguration<OrderLine>, IEntityTypeConfiguration<OrderPayment>,
    IEntityTypeConfiguration<OrderRefund>, IEntityTypeConfiguration<OrderStep>, IEntityTypeConfiguration<OrderName>
{
    public void Configure(EntityTypeBuilder<Order> order)
    {
        order.ToTable("orders");
        order.Property<uint>("Version").HasColumnName("xmin").IsRowVersion();
        order.Property(o => o.State).HasConversion<string>();
        order.Property(o => o.Ending).HasConversion<string>();
        order.Ignore(o => o.Asks).Ignore(o => o.Times).Ignore(o => o.Tickets).Ignore(o => o.IsMoving)
            .Ignore(o => o.HoldUntil).Ignore(o => o.IsFree);
        order.HasMany(o => o.Lines).WithOne().HasForeignKey(line => line.OrderId);
        order.HasMany(o => o.Payments).WithOne().HasForeignKey(payment => payment.OrderId);
        order.HasMany(o => o.Refunds).WithOne().HasForeignKey(refund => refund.OrderId);
        order.HasMany(o => o.Steps).WithOne().HasForeignKey(step => step.OrderId);

        // What the sweep looks for; orders that wait for nothing are not in it.
        order.HasIndex(o => o.ActAt).HasFilter("act_at IS NOT NULL");
        order.HasIndex(o => new { o.AccountId, o.Id }).HasFilter("account_id IS NOT NULL");
        order.HasIndex(o => new { o.ResellerId, o.Id }).HasFilter("reseller_id IS NOT NULL");
    }

    public void Configure(EntityTypeBuilder<OrderLine> line)
    {
        line.ToTable("order_lines");
        line.Property(l => l.Id).ValueGeneratedNever();
        line.Property(l => l.State).HasConversion<string>();
        line.HasIndex(l => l.OrderId);
    }

    public void Configure(EntityTypeBuilder<OrderPayment> payment)
    {
        payment.ToTable("order_payments");
        payment.HasKey(p => p.Key);
        payment.Property(p => p.State).HasConversion<string>();

        // Two captures of one order meet in its lock; whoever forgets the lock meets this.
        payment.HasIndex(p => p.OrderId);
        payment.HasIndex(p => p.OrderId, "Confirmed").HasDatabaseName("ix_order_payments_confirmed").IsUnique()
            .HasFilter("confirmed");
    }

    public void Configure(EntityTypeBuilder<OrderRefund> refund)
    {
        refund.ToTable("order_refunds");
        refund.HasKey(r => r.Key);
        refund.Property(r => r.State).HasConversion<string>();
        refund.Ignore(r => r.IsStuck);
    }

    public void Configure(EntityTypeBuilder<OrderStep> step)
    {
        step.ToTable("order_steps");
        step.HasKey(s => new { s.OrderId, s.Number });
        step.IsAppendOnly();
    }

    public void Configure(EntityTypeBuilder<OrderName> name)
    {
        name.ToTable("order_names");
        name.HasKey(n => new { n.OrderId, n.Position });
        name.HasOne<Order>().WithMany().HasForeignKey(n => n.OrderId);
    }
}
