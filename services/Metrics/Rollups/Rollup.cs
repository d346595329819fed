using Jingdezhen.Tourism.Metrics.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>Keeps cells and traces: the only writer of them.</summary>
internal static class Rollup
{
    /// <summary>Of one statement: a rebuild may change millions.</summary>
    public const int MostRows = 50_000;

    public static async Task ApplyAsync(MetricsDb db, Tally tally, CancellationToken cancellation)
    {
        await ApplyTracesAsync(db, tally, cancellation);
        await WriteCellsAsync(db, tally, cancellation);
    }

    /// <summary>Adds what a recount found missing, in a transaction of its own.</summary>
    public static async Task RepairAsync(MetricsDb db, Differences found, CancellationToken cancellation)
    {
        await using var turn = await WriterTurn.TakeAsync(db, cancellation);
        await WriteCellsAsync(db, found.Tally, cancellation);
        foreach (var changes in found.Traces.Chunk(MostRows)) await WriteTracesAsync(db, changes, cancellation);
        await turn.CommitAsync(cancellation);
    }

    private static async Task WriteCellsAsync(MetricsDb db, Tally tally, CancellationToken cancellation)
    {
        var alone = new List<KeyValuePair<CellKey, long>>();
        FamilyRows[] together = [.. Family.All.Select(family => new FamilyRows(family))];
        foreach (var (at, row) in tally.AllRows)
        {
            foreach (var ((measure, bucket), value) in row.Alone)
            {
                if (value != 0) alone.Add(new(new(measure, at.Dimension, at.Key, at.Day, bucket), value));
            }

            foreach (var (number, rows) in together.Index())
            {
                if (row.OfFamily(number) is { } values) rows.Add(at, values);
            }
        }

        var packed = alone.ToLookup(cell => Dimensions.IsPacked(cell.Key.Dimension));
        await PackedRows.WriteAsync(db, [.. packed[true]], cancellation);
        var durations = packed[false].ToLookup(cell => DurationDay.Measures.Contains(cell.Key.Measure));
        foreach (var cells in durations[false].Chunk(MostRows)) await WriteAloneAsync(db, cells, cancellation);
        foreach (var cells in durations[true].Chunk(MostRows)) await WriteDurationsAsync(db, cells, cancellation);
        foreach (var rows in together) await rows.WriteAsync(db, cancellation);
    }

    private static async Task WriteAloneAsync(
        MetricsDb db, KeyValuePair<CellKey, long>[] changes, CancellationToken cancellation)
    {
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

    private static async Task WriteDurationsAsync(
        MetricsDb db, IEnumerable<KeyValuePair<CellKey, long>> changes, CancellationToken cancellation)
    {
        var cases = changes
            .SelectMany(cell => Enumerable.Repeat(
                (cell.Key, Seconds: DurationDay.Write(cell.Key.Bucket, cell.Value)), (int)Math.Abs(cell.Value)))
            .ToList();
        string[] measures = [.. cases.Select(one => one.Key.Measure)];
        string[] dimensions = [.. cases.Select(one => one.Key.Dimension)];
        string[] keys = [.. cases.Select(one => one.Key.Key)];
        DateOnly[] days = [.. cases.Select(one => one.Key.Day)];
        int[] seconds = [.. cases.Select(one => one.Seconds)];
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO duration_days (measure, dimension, key, day, seconds)
            SELECT measure, dimension, key, day, array_agg(seconds)
            FROM unnest({measures}, {dimensions}, {keys}, {days}, {seconds})
                AS one (measure, dimension, key, day, seconds)
            GROUP BY 1, 2, 3, 4
            ON CONFLICT (measure, dimension, key, day)
                DO UPDATE SET seconds = duration_days.seconds || excluded.seconds
            """, cancellation);
    }

    /// <summary>Adds to the traces and counts what their owners' days now make instead of what they made
    /// before.</summary>
    private static async Task ApplyTracesAsync(MetricsDb db, Tally tally, CancellationToken cancellation)
    {
        var changes = tally.Traces.ToList();
        if (changes.Count == 0) return;

        string[] owners = [.. changes.Select(trace => trace.Key.Key).Distinct()];
        var known = await db.Traces.AsNoTracking().Where(trace => owners.Contains(trace.Key)).ToListAsync(cancellation);
        var days = owners.ToDictionary(owner => owner, _ => new SortedDictionary<DateOnly, TraceCounts>());
        foreach (var trace in known) days[trace.Key][trace.Day] = TraceCounts.Of(trace);

        tally.Sign = -1;
        foreach (var (owner, counts) in days) Traces.Count(tally, owner, counts.Select(day => (day.Key, day.Value)));
        foreach (var (trace, change) in changes)
        {
            days[trace.Key][trace.Day] = days[trace.Key].GetValueOrDefault(trace.Day) + change;
        }

        tally.Sign = 1;
        foreach (var (owner, counts) in days) Traces.Count(tally, owner, counts.Select(day => (day.Key, day.Value)));

        await WriteTracesAsync(db, changes, cancellation);
    }

    private static async Task WriteTracesAsync(
        MetricsDb db, IReadOnlyCollection<KeyValuePair<TraceKey, TraceCounts>> changes, CancellationToken cancellation)
    {
        string[] keys = [.. changes.Select(trace => trace.Key.Key)];
        DateOnly[] on = [.. changes.Select(trace => trace.Key.Day)];
        int[] sales = [.. changes.Select(trace => trace.Value.Sales)];
        int[] visits = [.. changes.Select(trace => trace.Value.Visits)];
        int[] nights = [.. changes.Select(trace => trace.Value.Nights)];
        int[] filed = [.. changes.Select(trace => trace.Value.Filed)];
        int[] decided = [.. changes.Select(trace => trace.Value.Decided)];
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO traces (key, day, sales, visits, nights, filed, decided)
            SELECT * FROM unnest({keys}, {on}, {sales}, {visits}, {nights}, {filed}, {decided})
            ON CONFLICT (key, day) DO UPDATE SET sales = traces.sales + excluded.sales,
                visits = traces.visits + excluded.visits, nights = traces.nights + excluded.nights,
                filed = traces.filed + excluded.filed, decided = traces.decided + excluded.decided
            """, cancellation);
    }
}
