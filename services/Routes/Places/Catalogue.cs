using System.Collections.Frozen;
using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Places;

/// <summary>A place as the planner and the search see it.</summary>
internal sealed record CataloguePlace(PlaceFacts Facts, OpeningHours Hours, int Version)
{
    public string Id => Facts.Id;

    /// <summary>Visitors at once that the place bears: its own figure, or an assumption by the kind of place.</summary>
    public int CarryingCapacity => Facts.CarryingCapacity ?? Facts.Category switch
    {
        "show" => 1500,
        "kiln-heritage" or "old-town" or "creative-block" or "market" or "night-market" => 2000,
        "museum" => 900,
        "nature" or "park" or "tea-estate" or "village" => 1500,
        "food-street" => 1000,
        "craft-workshop" or "study-tour-base" => 60,
        _ => 300,
    };
}

/// <summary>All places and the statutory calendar at one moment; immutable.</summary>
internal sealed class Catalogue
{
    private readonly FrozenDictionary<string, int> indexes;

    public Catalogue(long edition, IEnumerable<Place> places, IEnumerable<Holiday> holidays)
    {
        Edition = edition;
        Places = [.. places.Select(place => new CataloguePlace(place.Facts, new(place.Facts), place.Version))
            .OrderBy(place => place.Id, StringComparer.Ordinal)];
        ById = Places.ToFrozenDictionary(place => place.Id, StringComparer.Ordinal);
        indexes = Places.Index().ToFrozenDictionary(each => each.Item.Id, each => each.Index, StringComparer.Ordinal);
        DaysOff = holidays.Where(day => day.DayOff).ToFrozenDictionary(day => day.Date);
        Search = new(Places);
    }

    /// <summary>Changes whenever a place or a holiday does.</summary>
    public long Edition { get; }

    public IReadOnlyList<CataloguePlace> Places { get; }
    public FrozenDictionary<string, CataloguePlace> ById { get; }
    public FrozenDictionary<DateOnly, Holiday> DaysOff { get; }
    public PlaceSearch Search { get; }

    /// <summary>The place's position in <see cref="Places"/>; −1 for none.</summary>
    public int IndexOf(string id) => indexes.GetValueOrDefault(id, -1);

    public bool IsDayOff(DateOnly date) => DaysOff.ContainsKey(date);

    public IReadOnlyList<Window> Windows(CataloguePlace place, DateOnly date) => place.Hours.On(date, IsDayOff(date));
}

/// <summary>
/// Keeps the catalogue in memory, where the planner needs it. A replica notices another's edit within
/// <see cref="Patience"/>: a counter in the database is compared, and only a changed one is followed by reading.
/// </summary>
internal sealed class CatalogueCache(IServiceScopeFactory scopes, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim reading = new(1);
    private volatile Catalogue? current;
    private long checkedAt;

    /// <summary>Looks at the database at the next call, for the replica that made the edit.</summary>
    public void Expire() => Volatile.Write(ref checkedAt, 0);

    public async ValueTask<Catalogue> CurrentAsync(CancellationToken cancellation)
    {
        if (current is { } known && IsFresh()) return known;

        await reading.WaitAsync(cancellation);
        try
        {
            if (current is { } meanwhile && IsFresh()) return meanwhile;

            var now = clock.GetTimestamp();
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<RoutesDb>();
            var edition = await db.Database.SqlQuery<long>(
                $"SELECT edition AS \"Value\" FROM catalogue_editions WHERE id = 1")
                .SingleAsync(cancellation);
            if (current?.Edition != edition)
            {
                current = new(
                    edition,
                    await db.Places.AsNoTracking().ToListAsync(cancellation),
                    await db.Holidays.AsNoTracking().ToListAsync(cancellation));
            }

            Volatile.Write(ref checkedAt, now);
            return current;
        }
        finally
        {
            reading.Release();
        }
    }

    public void Dispose() => reading.Dispose();

    private bool IsFresh() =>
        Volatile.Read(ref checkedAt) is var at and not 0 && clock.GetElapsedTime(at) < Patience;

    /// <summary>Part of the transaction of every edit; its row lock also puts concurrent edits one after the
    /// other.</summary>
    public static Task AdvanceAsync(RoutesDb db, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync($"UPDATE catalogue_editions SET edition = edition + 1 WHERE id = 1", cancellation);
}

/// <summary>Which edition is in force: of the catalogue (1), of the route library (2).</summary>
internal sealed class CatalogueEdition
{
    public int Id { get; init; }
    public long Edition { get; init; } = 1;
}
