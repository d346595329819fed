using System.Diagnostics.CodeAnalysis;
using Jingdezhen.Tourism.Metrics.Facts;
using Jingdezhen.Tourism.Metrics.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <param name="Cells">Computed less stored, where that is not 0.</param>
/// <param name="Traces">The same of the traces.</param>
internal sealed record Differences(
    long Facts, long Compared, Dictionary<CellKey, long> Cells, Dictionary<TraceKey, TraceCounts> Traces)
{
    public int Count => Cells.Count + Traces.Count;

    public IEnumerable<string> Where =>
        Cells.OrderBy(cell => cell.Key.Day).Select(cell =>
            $"{cell.Key.Measure} {cell.Key.Dimension} {cell.Key.Key} {cell.Key.Day:yyyy-MM-dd} {cell.Key.Bucket}: "
            + $"{cell.Value:+0;-0}")
        .Concat(Traces.Select(trace => $"trace on {trace.Key.Day:yyyy-MM-dd}: {trace.Value}"));
}

/// <summary>
/// Computes every cell again from the facts and compares. It reads one snapshot, in which facts and cells agree if ever
/// they did, so it locks nobody out; and because cells add up, a difference found in the snapshot is still the right
/// amount to add when the service has counted on meanwhile.
/// </summary>
internal sealed class Recount(MetricsDb db, IServiceScopeFactory scopes)
{
    private const int MostRounds = 5;

    /// <summary>Compares and repairs until nothing differs; returns what the first comparison found.</summary>
    /// <exception cref="InvalidOperationException">It still differs after several rounds: a fault of ours.</exception>
    public async Task<Differences> RepairAsync(CancellationToken cancellation)
    {
        var first = await CompareAsync(cancellation);
        var found = first;
        for (var round = 1; found.Count > 0; round++)
        {
            if (round == MostRounds)
            {
                throw new InvalidOperationException(
                    $"Cells differ after {MostRounds} rounds: {string.Join("; ", found.Where.Take(5))}");
            }

            await Rollup.RepairAsync(db, found.Cells, found.Traces, cancellation);

            // What was counted between snapshot and repair from a wrong trace is seen by the next round.
            found = await CompareAsync(cancellation);
        }

        return first;
    }

    public async Task<Differences> CompareAsync(CancellationToken cancellation)
    {
        await using var snapshot = await db.Database.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead, cancellation);
        var seen = (await db.Database.SqlQuery<string>($"SELECT pg_export_snapshot() AS \"Value\"")
            .ToListAsync(cancellation)).Single();
        var (tally, sales) = (new Tally(), new Tally());
        var counted = await Task.WhenAll(
            Task.Run(() => CountSalesBesideAsync(seen, sales, cancellation), cancellation),
            Task.Run(() => CountOthersAsync(tally, cancellation), cancellation));
        var facts = counted.Sum();
        tally.Add(sales);
        await foreach (var slot in db.Slots.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellation))
        {
            Counting.CountSlot(tally, slot);
        }

        await foreach (var day in db.VenueDays.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellation))
        {
            Counting.CountVenueDay(tally, day);
        }

        var traces = tally.Traces.Where(trace => trace.Value != default)
            .ToDictionary(trace => trace.Key, trace => trace.Value);
        CountTraces(tally, traces);
        var compared = await CompareCellsAsync(tally, cancellation);
        await CompareTracesAsync(traces, cancellation);
        return new(facts, compared, tally.Cells.Where(cell => cell.Value != 0).ToDictionary(), traces);
    }

    /// <summary>Bookings are half of all facts and have to be sorted, so they are counted beside the others.</summary>
    [SuppressMessage("Security", "EF1002", Justification = "What is interpolated is the server's own name.")]
    private async Task<long> CountSalesBesideAsync(string snapshot, Tally tally, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var beside = scope.ServiceProvider.GetRequiredService<MetricsDb>();
        beside.Database.SetCommandTimeout(db.Database.GetCommandTimeout());
        await using var same = await beside.Database.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead, cancellation);
        await beside.Database.ExecuteSqlRawAsync($"SET TRANSACTION SNAPSHOT '{snapshot}'", cancellation);
        await beside.Database.ExecuteSqlAsync($"SET LOCAL work_mem = '256MB'", cancellation);
        return await CountAsync<BookingFact>(beside, tally, cancellation);
    }

    private async Task<long> CountOthersAsync(Tally tally, CancellationToken cancellation) =>
        await CountAsync<VisitFact>(db, tally, cancellation) + await CountAsync<StayFact>(db, tally, cancellation)
        + await CountAsync<ComplaintFact>(db, tally, cancellation)
        + await CountAsync<CompensationFact>(db, tally, cancellation)
        + await CountAsync<SurveyFact>(db, tally, cancellation) + await CountAsync<RouteFact>(db, tally, cancellation)
        + await CountAsync<PlanFact>(db, tally, cancellation) + await CountAsync<PaymentFact>(db, tally, cancellation)
        + await CountAsync<SupplyFact>(db, tally, cancellation);

    private static async Task<long> CountAsync<TFact>(MetricsDb db, Tally tally, CancellationToken cancellation)
        where TFact : class, IFact
    {
        var count = 0L;
        var subject = new List<TFact>();
        var facts = db.Set<TFact>().AsNoTracking();
        if (Counting.DecidesTogether<TFact>()) facts = facts.OrderBy(fact => fact.SubjectId);
        await foreach (var fact in facts.AsAsyncEnumerable().WithCancellation(cancellation))
        {
            count++;
            if (subject.Count > 0 && subject[0].SubjectId != fact.SubjectId)
            {
                Counting.Count(tally, subject);
                subject.Clear();
            }

            subject.Add(fact);
        }

        Counting.Count(tally, subject);
        return count;
    }

    private static void CountTraces(Tally tally, Dictionary<TraceKey, TraceCounts> traces)
    {
        var keys = traces.Keys.ToArray();
        Array.Sort(keys, (one, other) =>
            string.CompareOrdinal(one.Key, other.Key) is var order && order != 0 ? order
                : one.Day.CompareTo(other.Day));
        for (int begin = 0, end; begin < keys.Length; begin = end)
        {
            for (end = begin + 1; end < keys.Length && keys[end].Key == keys[begin].Key;) end++;
            Traces.Count(tally, keys[begin].Key, keys[begin..end].Select(key => (key.Day, traces[key])));
        }
    }

    private async Task<long> CompareCellsAsync(Tally tally, CancellationToken cancellation)
    {
        var compared = 0L;
        tally.Sign = -1;
        await foreach (var cell in db.Cells.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellation))
        {
            // A replica of the version before families may still have written one.
            if (Family.Of(cell.Measure) is not null) continue;
            compared++;
            tally.Add(new(cell.Measure, cell.Dimension, cell.Key, cell.Day, cell.Bucket), cell.Value);
        }

        foreach (var family in Family.All) compared += await CompareFamilyAsync(family, tally, cancellation);
        return compared;
    }

    private async Task<long> CompareFamilyAsync(Family family, Tally tally, CancellationToken cancellation)
    {
        var compared = 0L;
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandTimeout = db.Database.GetCommandTimeout() ?? command.CommandTimeout;
        command.CommandText =
            $"""
            SELECT dimension, key, day, {string.Join(", ", family.Measures.Select(Family.ColumnOf))} FROM {family.Table}
            """;
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            var (dimension, key, day) = (row.GetString(0), row.GetString(1), row.GetFieldValue<DateOnly>(2));
            foreach (var (index, measure) in family.Measures.Index())
            {
                if (row.GetInt64(index + 3) is not (not 0 and var value)) continue;
                compared++;
                tally.Add(new(measure, dimension, key, day, Bucket: 0), value);
            }
        }

        return compared;
    }

    private async Task CompareTracesAsync(Dictionary<TraceKey, TraceCounts> traces, CancellationToken cancellation)
    {
        await foreach (var trace in db.Traces.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellation))
        {
            var key = new TraceKey(trace.Key, trace.Day);
            var left = traces.GetValueOrDefault(key) + -1 * TraceCounts.Of(trace);
            if (left == default) traces.Remove(key);
            else traces[key] = left;
        }
    }
}
