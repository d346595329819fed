using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Platform.Tests.Workshop;

/// <summary>The database of the small service that stands in for all: a pot, a count, a history.</summary>
public sealed class WorkshopDb(DbContextOptions<WorkshopDb> options) : DbContext(options)
{
    internal DbSet<Pot> Pots => Set<Pot>();
    internal DbSet<Tally> Tallies => Set<Tally>();
    internal DbSet<HistoryLine> History => Set<HistoryLine>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddPlatformTables();
        modelBuilder.Entity<Pot>().ToTable("pots");
        modelBuilder.Entity<Tally>().ToTable("tallies").HasKey(tally => tally.Name);
        modelBuilder.Entity<HistoryLine>().ToTable("history").IsAppendOnly();
    }
}

internal sealed class Pot
{
    public required Guid Id { get; init; }
    public required Guid Owner { get; init; }
    public required string Glaze { get; init; }
}

internal sealed class Tally
{
    public required string Name { get; init; }
    public int Count { get; private set; }
}

internal sealed class HistoryLine
{
    public required Guid Id { get; init; }
    public required Guid PotId { get; init; }
}
