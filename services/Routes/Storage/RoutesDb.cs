using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Routes.Crowds;
using Jingdezhen.Tourism.Routes.Itineraries;
using Jingdezhen.Tourism.Routes.Library;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Plans;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Storage;

/// <summary>What Routes stores.</summary>
public sealed class RoutesDb(DbContextOptions<RoutesDb> options) : DbContext(options)
{
    internal DbSet<Place> Places => Set<Place>();
    internal DbSet<PlaceEdit> PlaceEdits => Set<PlaceEdit>();
    internal DbSet<Holiday> Holidays => Set<Holiday>();
    internal DbSet<DraftPlan> Drafts => Set<DraftPlan>();
    internal DbSet<Itinerary> Itineraries => Set<Itinerary>();
    internal DbSet<ItineraryVersion> ItineraryVersions => Set<ItineraryVersion>();
    internal DbSet<StoredRoute> Routes => Set<StoredRoute>();
    internal DbSet<LibraryRun> LibraryRuns => Set<LibraryRun>();
    internal DbSet<Slot> Slots => Set<Slot>();
    internal DbSet<HourOfVisits> HoursOfVisits => Set<HourOfVisits>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddPlatformTables();
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(RoutesDb).Assembly);
    }
}
