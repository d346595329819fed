using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Payouts;
using Jingdezhen.Tourism.Payments.Refunds;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Payments.Storage;

/// <summary>What Payments stores, its ledger included.</summary>
public sealed class PaymentsDb(DbContextOptions<PaymentsDb> options) : DbContext(options)
{
    internal DbSet<Payment> Payments => Set<Payment>();
    internal DbSet<Refund> Refunds => Set<Refund>();
    internal DbSet<Payout> Payouts => Set<Payout>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddPlatformTables();
        modelBuilder.AddLedger();
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(PaymentsDb).Assembly);
    }
}
