using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Jingdezhen.Tourism.Metrics.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Metrics.Facts;

/// <summary>Writes facts of one kind set-based; what is already there by message and time stays as it is.</summary>
internal static class FactTable
{
    private static readonly ConcurrentDictionary<(string Database, string Table, int Month), bool> KnownMonths = new();

    /// <summary>A month is made while nobody holds its table, so it waits for a recount or a backup. A load has the
    /// writers' turn meanwhile.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestWaitOfALoad = TimeSpan.FromMinutes(1);

    /// <summary>Makes the months exist: before a transaction of events, which share them; within that of a load, whose
    /// own locks they would wait for, and whose rollback takes them back.</summary>
    /// <exception cref="NpgsqlException">Somebody held the table for ten minutes, or for the one of a load; nothing is
    /// changed.</exception>
    public static async Task EnsureMonthsAsync<TFact>(
        MetricsDb db, IEnumerable<DateTimeOffset> moments, CancellationToken cancellation) where TFact : class, IFact
    {
        var table = db.Model.FindEntityType(typeof(TFact))!.GetTableName()!;
        var database = db.Database.GetDbConnection().Database;
        var months = moments.Select(moment => moment.UtcDateTime).Select(utc => new DateOnly(utc.Year, utc.Month, 1))
            .Distinct().Where(month => !KnownMonths.ContainsKey((database, table, month.DayNumber))).ToList();
        if (months.Count == 0) return;

        var ofALoad = db.Database.CurrentTransaction is not null;
        var patience = db.Database.GetCommandTimeout();
        db.Database.SetCommandTimeout(ofALoad ? LongestWaitOfALoad : LongestWait);
        foreach (var month in months)
        {
            await db.Database.ExecuteSqlAsync($"SELECT ensure_fact_month({table}, {month})", cancellation);
            if (!ofALoad) KnownMonths[(database, table, month.DayNumber)] = true;
        }

        db.Database.SetCommandTimeout(patience);
    }

    /// <summary>Inserts within the current transaction and returns the facts that were new.</summary>
    public static async Task<List<TFact>> InsertAsync<TFact>(
        MetricsDb db, IReadOnlyCollection<TFact> facts, CancellationToken cancellation) where TFact : class, IFact
    {
        if (facts.Count == 0) return [];

        var columns = FactColumn<TFact>.Of(db.Model);
        var sql = $"""
            INSERT INTO {FactColumn<TFact>.Table(db.Model)} ({FactColumn<TFact>.Names(db.Model)})
            SELECT * FROM unnest({string.Join(", ", columns.Select((column, index) => $"@p{index}::{column.Type}[]"))})
            ON CONFLICT DO NOTHING RETURNING message_id AS "Value"
            """;
        var values = columns.Select((column, index) =>
            (object)new NpgsqlParameter($"p{index}", column.ValuesOf(facts)));
        var written = (await db.Database.SqlQueryRaw<Guid>(sql, [.. values]).ToListAsync(cancellation)).ToHashSet();
        return [.. facts.Where(fact => written.Contains(fact.MessageId))];
    }

    /// <summary>Reads every fact of a kind.</summary>
    /// <param name="db">The database, with the snapshot that is read.</param>
    /// <param name="bySubject">Whether the facts of a subject come one after the other.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public static async IAsyncEnumerable<TFact> ReadAsync<TFact>(
        MetricsDb db, bool bySubject, [EnumeratorCancellation] CancellationToken cancellation)
        where TFact : class, IFact
    {
        var columns = FactColumn<TFact>.Of(db.Model);
        var sql = $"SELECT {FactColumn<TFact>.Names(db.Model)} FROM {FactColumn<TFact>.Table(db.Model)}"
            + (bySubject ? " ORDER BY subject_id" : "");
        await foreach (var row in db.ReadRowsAsync(sql, cancellation))
        {
            var fact = Activator.CreateInstance<TFact>();
            for (var place = 0; place < columns.Length; place++) columns[place].Read(row, place, fact);
            yield return fact;
        }
    }

    /// <summary>Copies facts whose ids are known to be new, within the current transaction.</summary>
    public static async Task CopyAsync<TFact>(
        MetricsDb db, IReadOnlyCollection<TFact> facts, CancellationToken cancellation) where TFact : class, IFact
    {
        var columns = FactColumn<TFact>.Of(db.Model);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await using var copy = await connection.BeginBinaryImportAsync(
            $"COPY {FactColumn<TFact>.Table(db.Model)} ({FactColumn<TFact>.Names(db.Model)}) "
            + "FROM STDIN (FORMAT binary)", cancellation);
        foreach (var fact in facts)
        {
            await copy.StartRowAsync(cancellation);
            foreach (var column in columns) await column.WriteAsync(copy, fact, cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }
}
