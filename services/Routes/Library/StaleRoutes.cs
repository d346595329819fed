using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Library;

/// <summary>The library's door for other areas: what their changes may have made wrong is off offer in the same
/// transaction.</summary>
internal static class StaleRoutes
{
    public static Task MarkAsync(RoutesDb db, string[] places, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            WITH stale AS (UPDATE routes SET on_offer = false WHERE on_offer AND place_ids && {places} RETURNING 1)
            UPDATE catalogue_editions SET edition = edition + 1 WHERE id = 2 AND EXISTS (SELECT 1 FROM stale)
            """, cancellation);

    public static Task MarkYearsAsync(RoutesDb db, int[] years, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            WITH stale AS (UPDATE routes SET on_offer = false
                WHERE on_offer AND date_part('year', first_date)::int = ANY ({years}) RETURNING 1)
            UPDATE catalogue_editions SET edition = edition + 1 WHERE id = 2 AND EXISTS (SELECT 1 FROM stale)
            """, cancellation);
}
