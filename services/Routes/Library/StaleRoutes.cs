using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Library;

/// <summary>The library's door for other areas: what their changes may have made wrong is off offer in the same
/// transaction, and the platform hears of it.</summary>
internal static class StaleRoutes
{
    public static async Task MarkAsync(RoutesDb db, string[] places, CancellationToken cancellation)
    {
        var edition = await LibraryEdition.AdvanceAsync(db, cancellation);
        var stale = await db.Database.SqlQuery<Guid>(
            $"UPDATE routes SET on_offer = false WHERE on_offer AND place_ids && {places} RETURNING id AS \"Value\"")
            .ToListAsync(cancellation);
        await TellAsync(db, stale, edition, cancellation);
    }

    public static async Task MarkYearsAsync(RoutesDb db, int[] years, CancellationToken cancellation)
    {
        var edition = await LibraryEdition.AdvanceAsync(db, cancellation);
        var stale = await db.Database.SqlQuery<Guid>(
            $"""
            UPDATE routes SET on_offer = false
            WHERE on_offer AND date_part('year', first_date)::int = ANY ({years}) RETURNING id AS "Value"
            """).ToListAsync(cancellation);
        await TellAsync(db, stale, edition, cancellation);
    }

    /// <returns>How many there were on offer.</returns>
    public static async Task<int> MarkAllAsync(RoutesDb db, CancellationToken cancellation)
    {
        var edition = await LibraryEdition.AdvanceAsync(db, cancellation);
        var stale = await db.Database.SqlQuery<Guid>(
            $"UPDATE routes SET on_offer = false WHERE on_offer RETURNING id AS \"Value\"").ToListAsync(cancellation);
        await TellAsync(db, stale, edition, cancellation);
        return stale.Count;
    }

    private static async Task TellAsync(RoutesDb db, List<Guid> stale, long edition, CancellationToken cancellation)
    {
        // Without their plans, which may be megabytes together.
        var routes = await db.Routes.AsNoTracking().Where(route => stale.Contains(route.Id))
            .Select(route => new RouteOutline(
                route.Id, route.NameZh, route.NameEn, route.Days, route.Counties, route.Persona, route.Programme))
            .ToListAsync(cancellation);
        foreach (var route in routes) LibraryEdition.Tell(db, route, onOffer: false, edition);
        await db.SaveChangesAsync(cancellation);
    }
}
