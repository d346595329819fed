using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Imports;

/// <param name="State">running, loaded, or refused (bad rows: nothing was changed).</param>
/// <param name="Written">Rows that were new; the others were known already.</param>
/// <param name="BadRows">Row and reasons, the first hundred.</param>
public sealed record ImportResponse(
    Guid Id, string Kind, string State, bool Simulated, DateTimeOffset StartedAt, long Rows, long Written,
    IReadOnlyList<string> BadRows)
{
    internal static ImportResponse Of(Import import) => new(
        import.Id, import.Kind, import.State, import.Simulated, import.StartedAt, import.Rows, import.Written,
        import.BadRows);
}

internal static class ImportEndpoints
{
    private const long LargestFile = 2L << 30;
    private const int MostListed = 100;

    public static void MapImports(this IEndpointRouteBuilder v1)
    {
        var imports = v1.MapGroup("/imports").RequireAuthorization(Roles.Admin).WithTags("Imports");
        imports.MapPost("/{kind}", PostAsync).WithMetadata(new RequestSizeLimitAttribute(LargestFile))
            .WithName("ImportFile");
        imports.MapGet("/{id:guid}", ReadAsync).WithName("ReadImport");
        imports.MapGet("/", ListAsync).WithName("ListImports");
    }

    private static async Task<Results<
        Created<ImportResponse>, Ok<ImportResponse>, JsonHttpResult<ImportResponse>, NotFound,
            ProblemHttpResult>> PostAsync(
        string kind, string? format, bool? simulated, Guid? id, HttpRequest request, ImportFile files, MetricsDb db,
        CancellationToken cancellation)
    {
        if (!ImportKinds.All.Contains(kind)) return TypedResults.NotFound();
        if (format is not (null or "csv" or "jsonl")) return Problems.Invalid("format", "csv or jsonl.");
        if (kind == ImportKinds.Events && simulated != true)
        {
            return Problems.Invalid("simulated", "Events that no service sent are simulated: simulated=true.");
        }

        if (id is { } chosen && (chosen.Version != 7
            || await db.Imports.AnyAsync(one => one.Id == chosen, cancellation)))
        {
            return Problems.Invalid("id", "A new UUID of version 7, by which the import's progress can be read.");
        }

        var (import, known) = await files.LoadAsync(
            id ?? Guid.CreateVersion7(), kind, format == "jsonl", simulated ?? false, request.Body, cancellation);
        var response = ImportResponse.Of(import);
        return import.State == "refused" ? TypedResults.Json(response, statusCode: StatusCodes.Status400BadRequest)
            : known ? TypedResults.Ok(response)
            : TypedResults.Created($"/v1/imports/{import.Id}", response);
    }

    private static async Task<Results<Ok<ImportResponse>, NotFound>> ReadAsync(
        Guid id, MetricsDb db, CancellationToken cancellation) =>
        await db.Imports.AsNoTracking().SingleOrDefaultAsync(import => import.Id == id, cancellation) is { } import
            ? TypedResults.Ok(ImportResponse.Of(import))
            : TypedResults.NotFound();

    /// <summary>The latest first; <paramref name="after"/> is the last one already seen.</summary>
    private static async Task<Results<Ok<IReadOnlyList<ImportResponse>>, ProblemHttpResult>> ListAsync(
        Guid? after, int? limit, MetricsDb db, CancellationToken cancellation)
    {
        if (limit is < 1 or > MostListed) return Problems.Invalid("limit", $"From 1 to {MostListed}.");
        var imports = await db.Imports.AsNoTracking().Where(import => after == null || import.Id < after)
            .OrderByDescending(import => import.Id).Take(limit ?? MostListed).ToListAsync(cancellation);
        return TypedResults.Ok<IReadOnlyList<ImportResponse>>([.. imports.Select(ImportResponse.Of)]);
    }
}
