using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Homestays.Feeds;
using Jingdezhen.Tourism.Homestays.Guests;
using Jingdezhen.Tourism.Homestays.Hosts;
using Jingdezhen.Tourism.Homestays.Income;
using Jingdezhen.Tourism.Homestays.Listings;
using Jingdezhen.Tourism.Homestays.Stays;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;
using Microsoft.EntityFrameworkCore.Metadata.Conventions.Infrastructure;

namespace Jingdezhen.Tourism.Homestays.Storage;

/// <summary>What Homestays stores.</summary>
public sealed class HomestaysDb(DbContextOptions<HomestaysDb> options) : DbContext(options)
{
    internal DbSet<Host> Hosts => Set<Host>();
    internal DbSet<Household> Households => Set<Household>();
    internal DbSet<Suspension> Suspensions => Set<Suspension>();
    internal DbSet<Listing> Listings => Set<Listing>();
    internal DbSet<Room> Rooms => Set<Room>();
    internal DbSet<NightTerms> NightTerms => Set<NightTerms>();
    internal DbSet<Block> Blocks => Set<Block>();
    internal DbSet<Stay> Stays => Set<Stay>();
    internal DbSet<StayPayment> StayPayments => Set<StayPayment>();
    internal DbSet<StayRefund> StayRefunds => Set<StayRefund>();
    internal DbSet<Review> Reviews => Set<Review>();
    internal DbSet<RegisteredGuest> RegisteredGuests => Set<RegisteredGuest>();
    internal DbSet<CalendarSource> CalendarSources => Set<CalendarSource>();
    internal DbSet<CalendarConflict> CalendarConflicts => Set<CalendarConflict>();
    internal DbSet<Agreement> Agreements => Set<Agreement>();
    internal DbSet<IncomeEntry> IncomeEntries => Set<IncomeEntry>();
    internal DbSet<Recourse> Recourses => Set<Recourse>();
    internal DbSet<Payout> Payouts => Set<Payout>();
    internal DbSet<PayoutEntry> PayoutEntries => Set<PayoutEntry>();
    internal DbSet<PayoutRecourse> PayoutRecourses => Set<PayoutRecourse>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Conventions.Replace<ForeignKeyIndexConvention>(services =>
            new IndexesButOfStaysByRoom(services.GetRequiredService<ProviderConventionSetBuilderDependencies>()));

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddPlatformTables();
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(HomestaysDb).Assembly);
    }
}

/// <summary>
/// Stays are looked for by room in the exclusion constraint's own index. A second one would be written to with every
/// hold, and only serve the deletion of rooms, which are never deleted.
/// </summary>
internal sealed class IndexesButOfStaysByRoom(ProviderConventionSetBuilderDependencies dependencies)
    : ForeignKeyIndexConvention(dependencies)
{
    protected override IConventionIndex? CreateIndex(
        IReadOnlyList<IConventionProperty> properties, bool unique, IConventionEntityTypeBuilder entityTypeBuilder) =>
        entityTypeBuilder.Metadata.ClrType == typeof(Stay) && properties is [{ Name: nameof(Stay.RoomId) }]
            ? null
            : base.CreateIndex(properties, unique, entityTypeBuilder);
}
