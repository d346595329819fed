using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Jingdezhen.Tourism.Metrics.Facts;
using Jingdezhen.Tourism.Metrics.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <param name="Tally">Computed less stored.</param>
/// <param name="Traces">The same of the traces, where that is not nothing.</param>
internal sealed record Differences(
    long Facts, long Compared, Tally Tally, List<KeyValuePair<TraceKey, TraceCounts>> Traces)
{
    public int Count { get; } = Tally.Cells.Count(cell => cell.Value != 0) + Traces.Count;

    public IEnumerable<string> Where =>
        Tally.Cells.Where(cell => cell.Value != 0).OrderBy(cell => cell.Key.Day).Select(cell =>
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
    private const long Lock = 8_002;

    /// <summary>
    /// No recount begins before the answer is disposed. A load holds the tables of which it makes months, a recount all
    /// that it has read: each would wait for the other's end.
    /// </summary>
    public static async Task<IAsyncDisposable> KeepOutAsync(
        IServiceScopeFactory scopes, TimeSpan patience, CancellationToken cancellation)
    {
        var scope = scopes.CreateAsyncScope();
        try
        {
            var db = scope.ServiceProvider.GetRequiredService<MetricsDb>();
            db.Database.SetCommandTimeout(patience);
            await db.Database.BeginTransactionAsync(cancellation);
            await db.Database.ExecuteSqlAsync(
                $"""
                SELECT set_config('idle_in_transaction_session_timeout', '0', true), pg_advisory_xact_lock({Lock})
                """, cancellation);
            return scope;
        }
        catch
        {
            await scope.DisposeAsync();
            throw;
        }
    }

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

            await Rollup.RepairAsync(db, found, cancellation);

            // What was counted between snapshot and repair from a wrong trace is seen by the next round.
            found = await CompareAsync(cancellation);
        }

        return first;
    }

    /// <summary>Two connections that see the same snapshot share the work: what they cost is the server's time and
    /// ours.</summary>
    public async Task<Differences> CompareAsync(CancellationToken cancellation)
    {
        await using var snapshot = await db.Database.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead, cancellation);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock_shared({Lock})", cancellation);
        await using var scope = scopes.CreateAsyncScope();
        var beside = scope.ServiceProvider.GetRequiredService<MetricsDb>();
        await using var same = await JoinSnapshotAsync(beside, cancellation);
        var (tally, sales) = (new Tally(), new Tally());
        var counted = await Task.WhenAll(
            Task.Run(() => CountAsync<BookingFact>(beside, sales, cancellation), cancellation),
            Task.Run(() => CountOthersAsync(tally, cancellation), cancellation));
        tally.Add(sales);
        foreach (var owner in OwnersOf(tally.Traces)) Traces.Count(tally, owner.Key, owner.Days);

        tally.Sign = -1;
        var left = new List<KeyValuePair<TraceKey, TraceCounts>>();
        var compared = Task.Run(() => CompareCellsAsync(tally, cancellation), cancellation);
        await Task.WhenAll(
            compared, Task.Run(() => CompareTracesAsync(beside, tally.Traces, left, cancellation), cancellation));
        return new(counted.Sum(), await compared, tally, left);
    }

    [SuppressMessage("Security", "EF1002", Justification = "What is interpolated is the server's own name.")]
    private async Task<IAsyncDisposable> JoinSnapshotAsync(MetricsDb beside, CancellationToken cancellation)
    {
        var name = (await db.Database.SqlQuery<string>($"SELECT pg_export_snapshot() AS \"Value\"")
            .ToListAsync(cancellation)).Single();
        beside.Database.SetCommandTimeout(db.Database.GetCommandTimeout());
        var transaction = await beside.Database.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead, cancellation);
        await beside.Database.ExecuteSqlRawAsync($"SET TRANSACTION SNAPSHOT '{name}'", cancellation);

        // Half of all facts are bookings', and those of one booking have to come together.
        await beside.Database.ExecuteSqlAsync($"SET LOCAL work_mem = '256MB'", cancellation);
        return transaction;
    }

    private async Task<long> CountOthersAsync(Tally tally, CancellationToken cancellation)
    {
        var count = await CountAsync<VisitFact>(db, tally, cancellation)
            + await CountAsync<StayFact>(db, tally, cancellation)
            + await CountAsync<ComplaintFact>(db, tally, cancellation)
            + await CountAsync<CompensationFact>(db, tally, cancellation)
            + await CountAsync<SurveyFact>(db, tally, cancellation)
            + await CountAsync<RouteFact>(db, tally, cancellation)
            + await CountAsync<PlanFact>(db, tally, cancellation)
            + await CountAsync<PaymentFact>(db, tally, cancellation)
            + await CountAsync<SupplyFact>(db, tally, cancellation);
        await foreach (var slot in db.Slots.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellation))
        {
            Counting.CountSlot(tally, slot);
        }

        await foreach (var day in db.VenueDays.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellation))
        {
            Counting.CountVenueDay(tally, day);
        }

        return count;
    }

    private static async Task<long> CountAsync<TFact>(MetricsDb db, Tally tally, CancellationToken cancellation)
        where TFact : class, IFact
    {
        var count = 0L;
        var subject = new List<TFact>();
        await foreach (var fact in FactTable.ReadAsync<TFact>(db, Counting.DecidesTogether<TFact>(), cancellation))
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

    private static IEnumerable<(string Key, List<(DateOnly Day, TraceCounts Counts)> Days)> OwnersOf(TraceNotes notes)
    {
        string? owner = null;
        var days = new List<(DateOnly, TraceCounts)>();
        foreach (var (trace, counts) in notes)
        {
            if (!ReferenceEquals(owner, trace.Key))
            {
                if (owner is not null) yield return (owner, days);
                owner = trace.Key;
                days.Clear();
            }

            days.Add((trace.Day, counts));
        }

        if (owner is not null) yield return (owner, days);
    }

    private async Task<long> CompareCellsAsync(Tally tally, CancellationToken cancellation)
    {
        var compared = 0L;
        await foreach (var row in db.ReadRowsAsync(
            "SELECT dimension, key, day, measure, bucket, value FROM cells", cancellation))
        {
            // A replica of a version before families, duration days or packs may still have written one.
            if (row.GetString(3) is var measure && !IsCell(measure, row.GetString(0))) continue;
            compared++;
            Stored(row).Add(measure, row.GetInt64(5), row.GetInt32(4));
        }

        await foreach (var row in db.ReadRowsAsync(
            "SELECT dimension, key, day, measure, seconds FROM duration_days", cancellation))
        {
            var (stored, measure) = (Stored(row), row.GetString(3));
            foreach (var written in row.GetFieldValue<int[]>(4))
            {
                var (seconds, times) = DurationDay.Read(written);
                compared++;
                stored.Add(measure, times, seconds);
            }
        }

        var keys = await db.PackedKeys.AsNoTracking()
            .ToDictionaryAsync(key => key.Number, key => key.Key, cancellation);
        await foreach (var row in db.ReadRowsAsync(
            "SELECT dimension, measure, day, cells FROM packed_days", cancellation))
        {
            var (dimension, measure, day) = (row.GetString(0), row.GetString(1), row.GetFieldValue<DateOnly>(2));
            for (var pack = Pack.Read(row.GetFieldValue<byte[]>(3)); pack.MoveNext(); compared++)
            {
                tally.OnlyOn(day, (dimension, keys[pack.Number])).Add(measure, pack.Value);
            }
        }

        foreach (var (number, family) in Family.All.Index())
        {
            var values = new long[family.Measures.Count];
            var columns = string.Join(", ", family.Measures.Select(Family.ColumnOf));
            await foreach (var row in db.ReadRowsAsync(
                $"SELECT dimension, key, day, {columns} FROM {family.Table}", cancellation))
            {
                for (var index = 0; index < values.Length; index++) values[index] = row.GetInt64(index + 3);
                compared += values.Length - values.AsSpan().Count(0L);
                Stored(row).Add(number, values);
            }
        }

        return compared;

        static bool IsCell(string measure, string dimension) => Family.Of(measure) is null
            && !DurationDay.Measures.Contains(measure) && !Dimensions.IsPacked(dimension);

        Tally.Rows Stored(DbDataReader row) =>
            tally.OnlyOn(row.GetFieldValue<DateOnly>(2), (row.GetString(0), row.GetString(1)));
    }

    private static async Task CompareTracesAsync(
        MetricsDb db, TraceNotes computed, List<KeyValuePair<TraceKey, TraceCounts>> left,
        CancellationToken cancellation)
    {
        await foreach (var row in db.ReadRowsAsync(
            "SELECT key, day, sales, visits, nights, filed, decided FROM traces", cancellation))
        {
            var trace = new TraceKey(row.GetString(0), row.GetFieldValue<DateOnly>(1));
            var stored = new TraceCounts(
                row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), row.GetInt32(5), row.GetInt32(6));
            if (computed.Find(trace) - stored is var less && less != default) left.Add(new(trace, less));
        }

        left.AddRange(computed.Missing);
    }
}
