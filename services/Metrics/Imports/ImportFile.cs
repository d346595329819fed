using System.IO.Compression;
using System.Security.Cryptography;
using Jingdezhen.Tourism.Metrics.Facts;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Metrics.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Imports;

/// <summary>
/// Loads a file that the request's body is. The file is kept aside first, because its hash decides whether it is known;
/// then it is read once, in one transaction that the first bad row turns back.
/// </summary>
internal sealed class ImportFile(MetricsDb db, FactBook book, IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>A file waits its turn among the batches of a full queue.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private const int ChunkRows = 20_000;
    private const int MostBadRows = 100;

    public async Task<(Import Import, bool Known)> LoadAsync(
        Guid id, string kind, bool json, bool simulated, Stream body, CancellationToken cancellation)
    {
        var path = Path.GetTempFileName();
        try
        {
            await using (var file = File.Create(path)) await body.CopyToAsync(file, cancellation);
            byte[] hash;
            await using (var file = File.OpenRead(path)) hash = await SHA256.HashDataAsync(file, cancellation);

            var known = await db.Imports.AsNoTracking().FirstOrDefaultAsync(
                import => import.Kind == kind && import.Hash == hash && import.State == "loaded", cancellation);
            if (known is not null) return (known, true);

            var import = new Import
            {
                Id = id, Kind = kind, Hash = hash, Simulated = simulated,
                StartedAt = clock.GetUtcNow(),
            };
            await NoteAsync(import, isNew: true, cancellation);
            db.Database.SetCommandTimeout(LongestWait);
            await using var alone = await Recount.KeepOutAsync(scopes, LongestWait, cancellation);
            await using var text = Open(path);
            await (kind switch
            {
                ImportKinds.OfflineCounts => LoadAsync(import, text, json, ImportKinds.OfflineCount, cancellation),
                ImportKinds.OfflineVisits => LoadAsync(import, text, json, ImportKinds.OfflineVisit, cancellation),
                ImportKinds.AgencyBookings => LoadAsync(import, text, json, ImportKinds.AgencyBooking, cancellation),
                ImportKinds.Events => LoadEventsAsync(import, text, cancellation),
                _ => LoadAsync(import, text, json, ImportKinds.Complaint, cancellation),
            });
            if (import.State == "refused") await NoteAsync(import, isNew: false, cancellation);
            return (import, false);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task LoadAsync<TFact>(
        Import import, FileText text, bool json, Func<ImportRow, bool, TFact> read, CancellationToken cancellation)
        where TFact : class, IFact
    {
        await using var turn = await WriterTurn.TakeAsync(db, cancellation);
        var isFirst = await IsFirstAsync(import.Kind, cancellation);
        var (tally, keys) = (new Tally(), new HashSet<Guid>());
        await ReadAsync(import, Rows(), WriteAsync, cancellation);
        if (import.State == "refused") return;

        await Rollup.ApplyAsync(db, tally, cancellation);
        await CommitAsync(import, turn, cancellation);

        async IAsyncEnumerable<(TFact?, string?)> Rows()
        {
            await foreach (var row in RowReader.ReadAsync(text.Reader, json, cancellation))
            {
                var fact = read(row, import.Simulated);
                if (!keys.Add(fact.MessageId)) row.Faults.Add("another row of the file has the same key");
                yield return row.Faults.Count == 0 ? (fact, null) : (null, string.Join("; ", row.Faults));
            }
        }

        async Task<int> WriteAsync(List<TFact> facts)
        {
            await FactTable.EnsureMonthsAsync<TFact>(db, facts.Select(fact => fact.OccurredAt), cancellation);
            return await book.AddImportedAsync(facts, tally, isFirst, cancellation);
        }
    }

    private async Task LoadEventsAsync(Import import, FileText text, CancellationToken cancellation)
    {
        await using var turn = await WriterTurn.TakeAsync(db, cancellation);
        var isFirst = await IsFirstAsync(import.Kind, cancellation);
        await ReadAsync(import, Lines(), WriteAsync, cancellation);
        if (import.State != "refused") await CommitAsync(import, turn, cancellation);

        async IAsyncEnumerable<(object?, string?)> Lines()
        {
            while (await text.Reader.ReadLineAsync(cancellation) is { } line)
            {
                if (line.Length > 0) yield return EventKinds.Read(line);
            }
        }

        async Task<int> WriteAsync(List<object> events)
        {
            var told = events.OfType<ToldAvailability>().ToList();
            if (told.Count > 0) await SlotBook.KeepAsync(db, told, cancellation);
            return told.Count
                + await AddAsync<BookingFact>(events) + await AddAsync<VisitFact>(events)
                + await AddAsync<StayFact>(events) + await AddAsync<ComplaintFact>(events)
                + await AddAsync<CompensationFact>(events) + await AddAsync<SurveyFact>(events)
                + await AddAsync<RouteFact>(events) + await AddAsync<PlanFact>(events)
                + await AddAsync<PaymentFact>(events) + await AddAsync<SupplyFact>(events);
        }

        async Task<int> AddAsync<TFact>(List<object> events) where TFact : class, IFact
        {
            var facts = events.OfType<TFact>().DistinctBy(fact => fact.MessageId).ToList();
            if (!isFirst) facts = await book.UnknownAsync(facts, cancellation);
            if (facts.Count == 0) return 0;

            await FactTable.EnsureMonthsAsync<TFact>(db, facts.Select(fact => fact.OccurredAt), cancellation);
            return await book.AddAsync(facts, cancellation);
        }
    }

    /// <summary>
    /// Reads to the end, so that every bad row is named; from the first of them on nothing more is written. While one
    /// chunk is written the next one is read.
    /// </summary>
    private async Task ReadAsync<TRow>(
        Import import, IAsyncEnumerable<(TRow? Row, string? Fault)> rows, Func<List<TRow>, Task<int>> writeAsync,
        CancellationToken cancellation) where TRow : class
    {
        var bad = new List<string>();
        var chunk = new List<TRow>(ChunkRows);
        var writing = Task.FromResult(0);
        try
        {
            await foreach (var (row, fault) in rows.WithCancellation(cancellation))
            {
                import.Read(import.Rows + 1);
                if (fault is not null && bad.Count < MostBadRows) bad.Add($"row {import.Rows}: {fault}");
                if (bad.Count > 0) continue;

                chunk.Add(row!);
                if (chunk.Count == ChunkRows) await WriteAsync();
            }

            if (bad.Count == 0 && chunk.Count > 0) await WriteAsync();
            import.Write(await writing);
        }
        finally
        {
            // Whatever ended the reading, the transaction ends only after its last statement.
            await writing.ContinueWith(written => written.Exception, TaskScheduler.Default);
        }

        if (bad.Count > 0 || import.Rows == 0) import.Refuse(bad.Count > 0 ? [.. bad] : ["the file has no rows"]);

        async Task WriteAsync()
        {
            var full = chunk;
            chunk = new(ChunkRows);
            import.Write(await writing);
            writing = Task.Run(() => writeAsync(full), cancellation);
            await NoteAsync(import, isNew: false, cancellation);
        }
    }

    private async Task<bool> IsFirstAsync(string kind, CancellationToken cancellation) =>
        !await db.Imports.AnyAsync(other => other.Kind == kind && other.State == "loaded", cancellation);

    /// <summary>The word that it is loaded shares the fate of what was loaded.</summary>
    private async Task CommitAsync(Import import, WriterTurn turn, CancellationToken cancellation)
    {
        import.Load();
        db.Update(import);
        await db.SaveChangesAsync(cancellation);
        await turn.CommitAsync(cancellation);
    }

    /// <summary>Progress is told through a connection of its own: the load's transaction shows nothing until it is
    /// done.</summary>
    private async Task NoteAsync(Import import, bool isNew, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var notes = scope.ServiceProvider.GetRequiredService<MetricsDb>();
        notes.Entry(import).State = isNew ? EntityState.Added : EntityState.Modified;
        await notes.SaveChangesAsync(cancellation);
    }

    private static FileText Open(string path)
    {
        var file = File.OpenRead(path);
        var (first, second) = (file.ReadByte(), file.ReadByte());
        file.Position = 0;
        var isZipped = (first, second) == (0x1F, 0x8B);
        return new(new StreamReader(isZipped ? new GZipStream(file, CompressionMode.Decompress) : file));
    }

    /// <summary>A file's text; closing the reader closes what is under it.</summary>
    private sealed record FileText(StreamReader Reader) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Reader.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
