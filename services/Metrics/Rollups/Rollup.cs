using Jingdezhen.Tourism.Metrics.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>Keeps the cells: the only writer of them.</summary>
internal static class Rollup
{
    private const long WriterLock = 8_001;

    /// <summary>
    /// Queues the writers until the transaction ends. Two of them that looked at one subject at the same time would
    /// both take the same thing back; and one writer at a time can lock no cells crosswise.
    /// </summary>
    public static Task LockAsync(MetricsDb db, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({WriterLock})", cancellation);

    public static async Task ApplyAsync(MetricsDb db, Tally tally, CancellationToken cancellation)
    {
        var changes = tally.Cells.Where(cell => cell.Value != 0).ToList();
        if (changes.Count == 0) return;

        string[] measures = [.. changes.Select(cell => cell.Key.Measure)];
        string[] dimensions = [.. changes.Select(cell => cell.Key.Dimension)];
        string[] keys = [.. changes.Select(cell => cell.Key.Key)];
        DateOnly[] days = [.. changes.Select(cell => cell.Key.Day)];
        int[] buckets = [.. changes.Select(cell => cell.Key.Bucket)];
        long[] values = [.. changes.Select(cell => cell.Value)];
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO cells (measure, dimension, key, day, bucket, value)
            SELECT * FROM unnest({measures}, {dimensions}, {keys}, {days}, {buckets}, {values})
            ON CONFLICT (measure, dimension, key, day, bucket) DO UPDATE SET value = cells.value + excluded.value
            """, cancellation);
    }
}
