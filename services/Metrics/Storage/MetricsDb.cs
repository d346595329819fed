using Jingdezhen.Tourism.Metrics.Alerts;
using Jingdezhen.Tourism.Metrics.Facts;
using Jingdezhen.Tourism.Metrics.Imports;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Storage;

/// <summary>What Metrics stores: facts, which are the truth, and what is kept ready of them.</summary>
public sealed class MetricsDb(DbContextOptions<MetricsDb> options) : DbContext(options)
{
    internal DbSet<BookingFact> BookingFacts => Set<BookingFact>();
    internal DbSet<VisitFact> VisitFacts => Set<VisitFact>();
    internal DbSet<StayFact> StayFacts => Set<StayFact>();
    internal DbSet<ComplaintFact> ComplaintFacts => Set<ComplaintFact>();
    internal DbSet<CompensationFact> CompensationFacts => Set<CompensationFact>();
    internal DbSet<SurveyFact> SurveyFacts => Set<SurveyFact>();
    internal DbSet<RouteFact> RouteFacts => Set<RouteFact>();
    internal DbSet<PlanFact> PlanFacts => Set<PlanFact>();
    internal DbSet<PaymentFact> PaymentFacts => Set<PaymentFact>();
    internal DbSet<SupplyFact> SupplyFacts => Set<SupplyFact>();
    internal DbSet<Trace> Traces => Set<Trace>();
    internal DbSet<VenueDay> VenueDays => Set<VenueDay>();
    internal DbSet<Slot> Slots => Set<Slot>();
    internal DbSet<Import> Imports => Set<Import>();
    internal DbSet<Alert> Alerts => Set<Alert>();
    internal DbSet<Rebuild> Rebuilds => Set<Rebuild>();
    internal DbSet<Cell> Cells => Set<Cell>();
    internal DbSet<PackedDay> PackedDays => Set<PackedDay>();
    internal DbSet<PackedKey> PackedKeys => Set<PackedKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddPlatformTables();
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(MetricsDb).Assembly);
        modelBuilder.AddFamilies();
    }
}
