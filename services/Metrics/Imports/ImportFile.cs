using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Jingdezhen.Tourism.Metrics.Facts;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Imports;

/// <param name="State">running, loaded, or refused (bad rows: nothing was changed).</param>
/// <param name="Written">Rows that were new; the others were known already.</param>
/// <param name="BadRows">Row and reasons, the first hundred.</param>
public sealed record ImportResponse(Guid Id, string Kind, string State, bool Simulated, long Rows, long Written, IReadOnlyList<string> BadRows)
{
    internal static ImportResponse Of(Import import) =>
        new(import.Id, import.Kind, import.State, import.Simulated, import.Rows, import.Written, import.BadRows);
}

/// <summary>
/// Loads a file that the request's body is. The file is kept aside first: its hash decides whether it is known, and a
/// first reading validates every row before a second one writes them all in one transaction.
/// </summary>
internal sealed class ImportFile(MetricsDb db, FactBook book, IServiceScopeFactory scopes, TimeProvider clock)
{
    private const long LargestFile = 2L << 30;
    private const int ChunkRows = 20_000;
    private const int MostBadRows = 100;

    public static void MapImports(IEndpointRouteBuilder v1)
    {
        var imports = v1.MapGroup("/imports").RequireAuthorization(Roles.Admin).WithTags("Imports");
        imports.MapPost("/{kind}", PostAsync).WithMetadata(new RequestSizeLimitAttribute(LargestFile)).WithName("ImportFile");
        imports.MapGet("/{id:guid}", ReadAsync).WithName("ReadImport");
    }

    private static async Task<Results<Created<ImportResponse>, Ok<ImportResponse>, JsonHttpResult<ImportResponse>, NotFound, ProblemHttpResult>> PostAsync(
        string kind, string? format, bool? simulated, HttpRequest request, ImportFile files, CancellationToken cancellation)
    {
        if (!ImportKinds.All.Contains(kind)) return TypedResults.NotFound();
        if (format is not (null or "csv" or "jsonl")) return Problems.Invalid("format", "csv or jsonl.");

        var (import, known) = await files.LoadAsync(kind, format == "jsonl", simulated ?? false, request.Body, cancellation);
        var response = ImportResponse.Of(import);
        return import.State == "refused" ? TypedResults.Json(response, statusCode: StatusCodes.Status400BadRequest)
            : known ? TypedResults.Ok(response)
            : TypedResults.Created($"/v1/imports/{import.Id}", response);
    }

    private static async Task<Results<Ok<ImportResponse>, NotFound>> ReadAsync(Guid id, MetricsDb db, CancellationToken cancellation) =>
        await db.Imports.AsNoTracking().SingleOrDefaultAsync(import => import.Id == id, cancellation) is { } import
            ? TypedResults.Ok(ImportResponse.Of(import))
            : TypedResults.NotFound();

    public async Task<(Import Import, bool Known)> LoadAsync(
        string kind, bool json, bool simulated, Stream body, CancellationToken cancellation)
    {
        var path = Path.GetTempFileName();
        try
        {
            await using (var file = File.Create(path)) await body.CopyToAsync(file, cancellation);
            byte[] hash;
            await using (var file = File.OpenRead(path)) hash = await SHA256.HashDataAsync(file, cancellation);

            var known = await db.Imports.AsNoTracking().SingleOrDefaultAsync(
                import => import.Kind == kind && import.Hash == hash && import.State == "loaded", cancellation);
            if (known is not null) return (known, true);

            var import = new Import
            {
                Id = Guid.CreateVersion7(), Kind = kind, Hash = hash, Simulated = simulated, StartedAt = clock.GetUtcNow(),
            };
            await NoteAsync(import, isNew: true, cancellation);
            await (kind switch
            {
                ImportKinds.OfflineCounts => LoadAsync(import, path, json, ImportKinds.OfflineCount, cancellation),
                ImportKinds.OfflineVisits => LoadAsync(import, path, json, ImportKinds.OfflineVisit, cancellation),
                ImportKinds.AgencyBookings => LoadAsync(import, path, json, ImportKinds.AgencyBooking, cancellation),
                _ => LoadAsync(import, path, json, ImportKinds.Complaint, cancellation),
            });
            await NoteAsync(import, isNew: false, cancellation);
            return (import, false);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task LoadAsync<TFact>(
        Import import, string path, bool json, Func<ImportRow, bool, TFact> read, CancellationToken cancellation)
        where TFact : class, IFact
    {
        var bad = new List<string>();
        var months = new HashSet<DateTimeOffset>();
        var keys = new HashSet<Guid>();
        await foreach (var (number, row, fact) in RowsAsync(path, json, import.Simulated, read, cancellation))
        {
            import.Read(number);
            if (!keys.Add(fact.MessageId)) row.Faults.Add("another row of the file has the same key");
            if (row.Faults.Count > 0 && bad.Count < MostBadRows) bad.Add($"row {number}: {string.Join("; ", row.Faults)}");
            else if (row.Faults.Count == 0) months.Add(Month(fact.OccurredAt));
        }

        if (bad.Count > 0 || import.Rows == 0)
        {
            import.Refuse(bad.Count > 0 ? [.. bad] : ["the file has no rows"]);
            return;
        }

        await FactTable.EnsureMonthsAsync<TFact>(db, months, cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await Rollup.LockAsync(db, cancellation);
        var isFirst = !await db.Imports.AnyAsync(other => other.Kind == import.Kind && other.State == "loaded", cancellation);
        var tally = new Tally();
        var chunk = new List<TFact>(ChunkRows);
        await foreach (var (_, _, fact) in RowsAsync(path, json, import.Simulated, read, cancellation))
        {
            chunk.Add(fact);
            if (chunk.Count < ChunkRows) continue;
            await WriteAsync();
        }

        await WriteAsync();
        await Rollup.ApplyAsync(db, tally, cancellation);
        import.Load();
        await transaction.CommitAsync(cancellation);

        async Task WriteAsync()
        {
            import.Write(await book.AddImportedAsync(chunk, tally, isFirst, cancellation));
            chunk.Clear();
            await NoteAsync(import, isNew: false, cancellation);
        }
    }

    private static async IAsyncEnumerable<(long Number, ImportRow Row, TFact Fact)> RowsAsync<TFact>(
        string path, bool json, bool simulated, Func<ImportRow, bool, TFact> read,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        var (first, second) = (file.ReadByte(), file.ReadByte());
        file.Position = 0;
        await using Stream plain = (first, second) == (0x1F, 0x8B) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var text = new StreamReader(plain);
        var number = 0L;
        await foreach (var cells in RowReader.ReadAsync(text, json, cancellation))
        {
            var row = new ImportRow(cells);
            yield return (++number, row, read(row, simulated));
        }
    }

    /// <summary>Progress is told through a connection of its own: the load's transaction shows nothing until it is done.</summary>
    private async Task NoteAsync(Import import, bool isNew, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var notes = scope.ServiceProvider.GetRequiredService<MetricsDb>();
        notes.Entry(import).State = isNew ? EntityState.Added : EntityState.Modified;
        await notes.SaveChangesAsync(cancellation);
    }

    private static DateTimeOffset Month(DateTimeOffset moment) => DateTimeOffset.ParseExact(
        $"{moment:yyyyMM}01", "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
