using System.Globalization;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Planning;
using Microsoft.Extensions.Caching.Memory;

namespace Jingdezhen.Tourism.Routes.Travel;

internal readonly record struct TravelPoint(double Lat, double Lon);

/// <summary>
/// Travel tables for the planner: the catalogue's places first, then the visitor's own points. The table between places
/// is kept for an edition of the catalogue; a routing service, where one is configured, fills it in the background, so
/// that no visitor waits for it, and whatever it does not answer stays straight line × detour.
/// </summary>
internal sealed class TravelTimes(OsrmTables osrm, TravelRules rules) : IDisposable
{
    // A point is known to about ten metres; the cache holds the ways between it and every place.
    private const int MostPoints = 2_000;
    private static readonly TimeSpan PointLifetime = TimeSpan.FromHours(6);

    private sealed record Base(long Edition, IReadOnlyList<TravelPoint> Points, TravelTable Table, bool Routed);
    private sealed record Spokes(TravelTable Out, TravelTable In);

    private readonly MemoryCache spokes = new(new MemoryCacheOptions { SizeLimit = MostPoints });
    private readonly SemaphoreSlim routing = new(1);
    private volatile Base? known;

    /// <summary>Whether the table of this edition came from the routing service.</summary>
    public bool IsRouted => known?.Routed == true;

    /// <summary>A table over all places of the catalogue, in its order, and these points after them.</summary>
    public async ValueTask<TravelTable> TableAsync(
        Catalogue catalogue, IReadOnlyList<TravelPoint> points, CancellationToken cancellation)
    {
        var table = Between(catalogue);
        if (points.Count == 0) return table.Table;

        var all = table.Points.Concat(points).ToArray();
        var grown = Grown(table.Table, all);
        if (!osrm.IsConfigured) return grown;

        for (var point = 0; point < points.Count; point++)
        {
            var at = table.Points.Count + point;
            if (await SpokesAsync(table, points[point], cancellation) is not { } ways) continue;
            for (var place = 0; place < table.Points.Count; place++)
            {
                OsrmTables.Copy(ways.Out, place, grown, (at * grown.Points) + place);
                OsrmTables.Copy(ways.In, place, grown, (place * grown.Points) + at);
            }
        }

        return grown;
    }

    public void Dispose()
    {
        spokes.Dispose();
        routing.Dispose();
    }

    private Base Between(Catalogue catalogue)
    {
        if (known is { } ready && ready.Edition == catalogue.Edition) return ready;

        var points = catalogue.Places.Select(place => new TravelPoint(place.Facts.Lat, place.Facts.Lon)).ToArray();
        var straight = new Base(catalogue.Edition, points, Straight(points), Routed: false);
        known = straight;
        if (osrm.IsConfigured) _ = RouteAsync(straight);
        return straight;
    }

    private async Task RouteAsync(Base straight)
    {
        if (!await routing.WaitAsync(0)) return;
        try
        {
            var routed = await osrm.FillAsync(straight.Points, straight.Table, CancellationToken.None);
            if (routed is not null && known?.Edition == straight.Edition) known =
                straight with { Table = routed, Routed = true };
        }
        finally
        {
            routing.Release();
        }
    }

    private async ValueTask<Spokes?> SpokesAsync(Base table, TravelPoint point, CancellationToken cancellation)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{table.Edition}/{point.Lat:F4},{point.Lon:F4}");
        if (spokes.TryGetValue(key, out Spokes? found)) return found;

        var ways = await osrm.SpokesAsync(point, table.Points, Straight([.. table.Points, point]), cancellation);
        if (ways is not { } answered) return null;
        found = new(answered.Out, answered.In);
        spokes.Set(key, found, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = PointLifetime });
        return found;
    }

    private TravelTable Straight(IReadOnlyList<TravelPoint> points) =>
        TravelTable.FromCoordinates([.. points.Select(point => (point.Lat, point.Lon))], rules);

    // The ways between places are copied; only those of the new points are reckoned.
    private TravelTable Grown(TravelTable inner, TravelPoint[] points)
    {
        var grown = OsrmTables.Empty(points.Length, inner.EbikeDayFen);
        for (var from = 0; from < inner.Points; from++)
        {
            foreach (var (source, target) in OsrmTables.Columns(inner).Zip(OsrmTables.Columns(grown)))
            {
                Array.Copy(source, from * inner.Points, target, from * grown.Points, inner.Points);
            }
        }

        for (var point = inner.Points; point < points.Length; point++)
        {
            for (var other = 0; other < points.Length; other++)
            {
                var pair = TravelTable.FromCoordinates(
                    [(points[point].Lat, points[point].Lon), (points[other].Lat, points[other].Lon)], rules);
                OsrmTables.Copy(pair, 1, grown, (point * grown.Points) + other);
                OsrmTables.Copy(pair, 2, grown, (other * grown.Points) + point);
            }
        }

        return grown;
    }
}
