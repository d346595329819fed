using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <param name="Differences">Cells that were wrong and have been put right; null until it is finished.</param>
public sealed record RebuildResponse(
    Guid Id, DateTimeOffset RequestedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, long? Facts,
    long? Cells,
    long? Differences, IReadOnlyList<string> Where)
{
    internal static RebuildResponse Of(Rebuild run) => run.FinishedAt is null
        ? new(run.Id, run.RequestedAt, run.StartedAt, null, null, null, null, [])
        : new(run.Id, run.RequestedAt, run.StartedAt, run.FinishedAt, run.Facts, run.Cells, run.Differences, run.Where);
}

internal static class RebuildEndpoints
{
    public static void MapRebuilds(this IEndpointRouteBuilder v1)
    {
        var rebuilds = v1.MapGroup("/rebuilds").RequireAuthorization(Roles.Admin).WithTags("Rebuilds");
        rebuilds.MapPost("/", RequestAsync).RequireIdempotencyKey().WithName("RequestRebuild");
        rebuilds.MapGet("/{id:guid}", ReadAsync).WithName("ReadRebuild");
    }

    private static async Task<Accepted<RebuildResponse>> RequestAsync(
        MetricsDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var run = new Rebuild { Id = Guid.CreateVersion7(), RequestedAt = clock.GetUtcNow() };
        db.Add(run);
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Accepted($"/v1/rebuilds/{run.Id}", RebuildResponse.Of(run));
    }

    private static async Task<Results<Ok<RebuildResponse>, NotFound>> ReadAsync(
        Guid id, MetricsDb db, CancellationToken cancellation) =>
        await db.Rebuilds.AsNoTracking().SingleOrDefaultAsync(run => run.Id == id, cancellation) is { } run
            ? TypedResults.Ok(RebuildResponse.Of(run))
            : TypedResults.NotFound();
}
