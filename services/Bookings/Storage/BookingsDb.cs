using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Orders;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Suppliers;
using Jingdezhen.Tourism.Bookings.WaitingList;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Storage;

/// <summary>What Bookings stores: what is sold, the places there are, and who has them.</summary>
public sealed class BookingsDb(DbContextOptions<BookingsDb> options) : DbContext(options)
{
    internal DbSet<Supplier> Suppliers => Set<Supplier>();
    internal DbSet<CatalogueVersion> CatalogueVersions => Set<CatalogueVersion>();
    internal DbSet<Product> Products => Set<Product>();
    internal DbSet<Option> Options => Set<Option>();
    internal DbSet<Unit> Units => Set<Unit>();
    internal DbSet<Venue> Venues => Set<Venue>();
    internal DbSet<VenueDay> VenueDays => Set<VenueDay>();
    internal DbSet<Schedule> Schedules => Set<Schedule>();
    internal DbSet<Closure> Closures => Set<Closure>();
    internal DbSet<Slot> Slots => Set<Slot>();
    internal DbSet<IdentityClaim> IdentityClaims => Set<IdentityClaim>();
    internal DbSet<Booking> Bookings => Set<Booking>();
    internal DbSet<UnitItem> UnitItems => Set<UnitItem>();
    internal DbSet<Order> Orders => Set<Order>();
    internal DbSet<OrderLine> OrderLines => Set<OrderLine>();
    internal DbSet<OrderPayment> OrderPayments => Set<OrderPayment>();
    internal DbSet<OrderRefund> OrderRefunds => Set<OrderRefund>();
    internal DbSet<OrderStep> OrderSteps => Set<OrderStep>();
    internal DbSet<OrderName> OrderNames => Set<OrderName>();
    internal DbSet<BookingPayment> BookingPayments => Set<BookingPayment>();
    internal DbSet<BookingRefund> BookingRefunds => Set<BookingRefund>();
    internal DbSet<WaitingParty> WaitingParties => Set<WaitingParty>();
    internal DbSet<WaitingLogEntry> WaitingLog => Set<WaitingLogEntry>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddPlatformTables();
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(BookingsDb).Assembly);
    }
}
