using System.Collections.Frozen;
using Jingdezhen.Tourism.Routes.Plans;
using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Library;

/// <summary>What the search needs to know of a route.</summary>
internal sealed record RouteEntry(
    Guid Id, string Persona, int Days, string Season, string Budget, string Pace, string Start, string? Programme,
        string NameZh,
    string NameEn, DateOnly FirstDate, string[] PlaceIds, string[] Counties, long CostFen)
{
    /// <summary>Share of its visits by theme, as a vector of length 1.</summary>
    public double[] Themes { get; set; } = [];
}

/// <summary>All routes on offer, and their themes in order.</summary>
internal sealed record RouteEdition(long Edition, RouteEntry[] Routes, FrozenDictionary<string, int> Themes);

/// <summary>
/// The library in memory: 12,000 entries of a few hundred bytes, read anew when its edition changes. The edition is
/// compared at most once a second, so an edit of a place takes its routes off offer everywhere within that.
/// </summary>
internal sealed class RouteBook(
    IServiceScopeFactory scopes, Places.CatalogueCache catalogues, TripPlanner planner, TimeProvider clock)
        : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim reading = new(1);
    private volatile RouteEdition? current;
    private long checkedAt;

    public void Expire() => Volatile.Write(ref checkedAt, 0);

    public async ValueTask<RouteEdition> CurrentAsync(CancellationToken cancellation)
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
                $"SELECT edition AS \"Value\" FROM catalogue_editions WHERE id = 2").SingleAsync(cancellation);
            if (current?.Edition != edition) current = await ReadAsync(edition, db, cancellation);
            Volatile.Write(ref checkedAt, now);
            return current;
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>A route's wishes and plan; null when it is not on offer.</summary>
    public static async Task<(TripWishes Wishes, PlanResponse Plan)?> PlanOfAsync(
        Guid id, RoutesDb db, CancellationToken cancellation)
    {
        var route = await db.Routes.AsNoTracking()
            .SingleOrDefaultAsync(each => each.Id == id && each.OnOffer, cancellation);
        return route is null ? null : (route.Wishes, route.Plan);
    }

    /// <summary>The same route from another first day on; planned anew, since other doors are open then.</summary>
    public async Task<(TripWishes Wishes, PlanResponse? Plan, WishFault? Fault)> ShiftAsync(
        TripWishes wishes, PlanResponse plan, DateOnly first, CancellationToken cancellation)
    {
        var by = first.DayNumber - wishes.Days[0].Date.DayNumber;
        var visits = plan.Days.SelectMany(day => day.Stops).Where(stop => stop.Kind == "visit")
            .Select(stop => stop.Place.PlaceId!);
        var shifted = wishes with
        {
            Days = [.. wishes.Days.Select(day => day with { Date = day.Date.AddDays(by) })],
            EnteredOn = wishes.EnteredOn?.AddDays(by), MustSee = [.. visits.Take(30)],
        };
        var (trip, fault) = await planner.ReadAsync(shifted, cancellation);
        return trip is null ? (shifted, null, fault) : (shifted, await planner.PlanAsync(trip, cancellation), null);
    }

    public void Dispose() => reading.Dispose();

    private bool IsFresh() => Volatile.Read(ref checkedAt) is var at and not 0 && clock.GetElapsedTime(at) < Patience;

    private async Task<RouteEdition> ReadAsync(long edition, RoutesDb db, CancellationToken cancellation)
    {
        var catalogue = await catalogues.CurrentAsync(cancellation);
        var themes = catalogue.Places.SelectMany(place => place.Facts.Themes).Distinct().Order(StringComparer.Ordinal)
            .Index()
            .ToFrozenDictionary(each => each.Item, each => each.Index, StringComparer.Ordinal);
        var routes = await db.Routes.AsNoTracking().Where(route => route.OnOffer).OrderBy(route => route.Id)
            .Select(route => new RouteEntry(
                route.Id, route.Persona, route.Days, route.Season, route.Budget, route.Pace, route.Start,
                    route.Programme, route.NameZh,
                route.NameEn, route.FirstDate, route.PlaceIds, route.Counties, route.CostFen))
            .ToArrayAsync(cancellation);
        foreach (var route in routes)
        {
            var vector = new double[themes.Count];
            foreach (var id in route.PlaceIds)
            {
                if (!catalogue.ById.TryGetValue(id, out var place)) continue;
                foreach (var theme in place.Facts.Themes) vector[themes[theme]] += 1.0 / place.Facts.Themes.Count;
            }

            var length = Math.Sqrt(vector.Sum(each => each * each));
            route.Themes = length == 0 ? vector : [.. vector.Select(each => each / length)];
        }

        return new(edition, routes, themes);
    }
}
