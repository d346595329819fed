using Jingdezhen.Tourism.Metrics.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>Changes of packed days: read, added to and written back, which only the writer whose turn it is
/// may.</summary>
internal static class PackedRows
{
    /// <summary>Of one statement; a pack may have a hundred kilobytes.</summary>
    private const int MostPacks = 200;

    public static async Task WriteAsync(
        MetricsDb db, IReadOnlyCollection<KeyValuePair<CellKey, long>> changes, CancellationToken cancellation)
    {
        if (changes.Count == 0) return;

        var numbers = await NumbersAsync(db, [.. changes.Select(cell => (cell.Key.Dimension, cell.Key.Key)).Distinct()],
            cancellation);
        var packs = changes.GroupBy(
            cell => (cell.Key.Measure, cell.Key.Dimension, cell.Key.Day),
            cell => (numbers[(cell.Key.Dimension, cell.Key.Key)], cell.Value));
        foreach (var some in packs.Chunk(MostPacks)) await WriteAsync(db, some, cancellation);
    }

    private static async Task WriteAsync(
        MetricsDb db, IGrouping<(string Measure, string Dimension, DateOnly Day), (int Number, long Value)>[] packs,
        CancellationToken cancellation)
    {
        string[] measures = [.. packs.Select(pack => pack.Key.Measure)];
        string[] dimensions = [.. packs.Select(pack => pack.Key.Dimension)];
        DateOnly[] days = [.. packs.Select(pack => pack.Key.Day)];
        var kept = await db.PackedDays.FromSql(
            $"""
            SELECT * FROM packed_days WHERE (measure, dimension, day) IN
                (SELECT * FROM unnest({measures}, {dimensions}, {days}))
            """).AsNoTracking()
            .ToDictionaryAsync(pack => (pack.Measure, pack.Dimension, pack.Day), pack => pack.Cells, cancellation);
        byte[][] cells = [.. packs.Select(pack => Pack.Add(kept.GetValueOrDefault(pack.Key), pack))];
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO packed_days (measure, dimension, day, cells)
            SELECT * FROM unnest({measures}, {dimensions}, {days}, {cells})
            ON CONFLICT (measure, dimension, day) DO UPDATE SET cells = excluded.cells
            """, cancellation);
    }

    /// <summary>The numbers of keys; those that have none are given the next.</summary>
    private static async Task<Dictionary<(string Dimension, string Key), int>> NumbersAsync(
        MetricsDb db, (string Dimension, string Key)[] sought, CancellationToken cancellation)
    {
        var dimensions = Array.ConvertAll(sought, one => one.Dimension);
        var keys = Array.ConvertAll(sought, one => one.Key);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO packed_keys (dimension, key, number)
            SELECT dimension, key, (SELECT coalesce(max(number), -1) FROM packed_keys) + row_number() OVER ()
            FROM unnest({dimensions}, {keys}) AS sought (dimension, key)
            WHERE NOT EXISTS (SELECT FROM packed_keys known
                WHERE known.dimension = sought.dimension AND known.key = sought.key)
            """, cancellation);
        return await db.PackedKeys.FromSql(
            $"""
            SELECT * FROM packed_keys WHERE (dimension, key) IN (SELECT * FROM unnest({dimensions}, {keys}))
            """).AsNoTracking()
            .ToDictionaryAsync(known => (known.Dimension, known.Key), known => known.Number, cancellation);
    }
}
