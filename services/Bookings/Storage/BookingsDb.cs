using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Storage;

/// <summary>What Bookings stores.</summary>
public sealed class BookingsDb(DbContextOptions<BookingsDb> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddPlatformTables();
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(BookingsDb).Assembly);
    }
}
