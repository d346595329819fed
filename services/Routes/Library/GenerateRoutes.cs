using System.ComponentModel.DataAnnotations;
using Jingdezhen.Tourism.Routes.Plans;
using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Library;

/// <param name="Wanted">How many valid, distinct routes there are to be.</param>
/// <param name="MillisecondsEach">How long the planner looks for each.</param>
public sealed record GenerateRoutesRequest([Range(1, 20_000)] int Wanted = 12_000,
    [Range(2, 1000)] int MillisecondsEach = 20);

public sealed record LibraryRunResponse(
    Guid Id, int Wanted, int MillisecondsEach, DateTimeOffset AskedAt, DateTimeOffset? FinishedAt, int OnOffer,
        int Made, int Kept,
    int Duplicates, int Invalid, double Seconds, string? FirstObjection = null);

public sealed record LibraryResponse(int OnOffer, int Stale, IReadOnlyList<ProgrammeResponse> Programmes,
    LibraryRunResponse? LastRun);

public sealed record ProgrammeResponse(string Code, string NameZh, string NameEn, int Days, Guid? RouteId);

internal static class GenerateRoutes
{
    public static async Task<Accepted<LibraryRunResponse>> Handle(
        GenerateRoutesRequest request, RoutesDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var run = await db.LibraryRuns.OrderBy(each => each.Id)
            .FirstOrDefaultAsync(each => each.FinishedAt == null, cancellation);
        if (run is null)
        {
            run = new() { Id = Guid.CreateVersion7(now), Wanted = request.Wanted,
                MillisecondsEach = request.MillisecondsEach, AskedAt = now };
            db.Add(run);
            await db.SaveChangesAsync(cancellation);
        }

        return TypedResults.Accepted($"/v1/routes/generations/{run.Id}", Answer(run));
    }

    public static async Task<Results<Ok<LibraryRunResponse>,
        NotFound>> Show(Guid id, RoutesDb db, CancellationToken cancellation) =>
        await db.LibraryRuns.AsNoTracking().SingleOrDefaultAsync(run => run.Id == id, cancellation) is { } run
            ? TypedResults.Ok(Answer(run)) : TypedResults.NotFound();

    /// <summary>How many routes are on offer, for the platform's figures and for anyone.</summary>
    public static async Task<Ok<LibraryResponse>> Library(RouteBook book, RoutesDb db, CancellationToken cancellation)
    {
        var edition = await book.CurrentAsync(cancellation);
        var stale = await db.Routes.CountAsync(route => !route.OnOffer, cancellation);
        var last = await db.LibraryRuns.AsNoTracking().OrderByDescending(run => run.Id)
            .FirstOrDefaultAsync(cancellation);
        var named = edition.Routes.Where(route => route.Programme is not null)
            .ToDictionary(route => route.Programme!, route => route.Id);
        return TypedResults.Ok(new LibraryResponse(
            edition.Routes.Length, stale,
            [.. Programme.All.Select(each => new ProgrammeResponse(
                each.Code, each.NameZh, each.NameEn, each.Days, named.TryGetValue(each.Code, out var id) ? id : null))],
            last is null ? null : Answer(last)));
    }

    private static LibraryRunResponse Answer(LibraryRun run) => new(
        run.Id, run.Wanted, run.MillisecondsEach, run.AskedAt, run.FinishedAt, run.OnOffer, run.Made, run.Kept,
            run.Duplicates, run.Invalid,
        Math.Round(run.Seconds, 1), run.FirstObjection);
}
