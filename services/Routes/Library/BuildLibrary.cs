using System.Collections.Concurrent;
using System.Diagnostics;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Planning;
using Jingdezhen.Tourism.Routes.Planning.Tours;
using Jingdezhen.Tourism.Routes.Plans;
using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Routes.Library;

/// <summary>
/// Brings the library to its number: confirms what is off offer or out of date, and fills what is missing from the
/// grid, on
/// all cores. It may be interrupted anywhere: what is stored stays, and the run goes on at its cell.
/// </summary>
internal sealed class LibraryBuilder(IServiceScopeFactory scopes, TripReader reader, RouteBook book, TimeProvider clock)
{
    private const int Batch = 200;
    private const int Sample = 20;
    private const int Variations = 6;
    private const long Lock = 0x726F757465734C69;

    private sealed record Candidate(int Cell, StoredRoute? Route, string? Objection);

    private sealed record Known(Guid Id, string Key, int Days, string[] Stops, bool OnOffer, DateOnly FirstDate);

    /// <summary>Goes on with the oldest run that has not ended; false when there is none, or another replica is at
    /// it.</summary>
    public async Task<bool> ContinueAsync(CancellationToken stopping)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var claim = await scope.ServiceProvider.GetRequiredService<NpgsqlDataSource>()
            .OpenConnectionAsync(stopping);
        await using var take = new NpgsqlCommand($"SELECT pg_try_advisory_lock({Lock})", claim);
        if (await take.ExecuteScalarAsync(stopping) is not true) return false;
        try
        {
            var db = scope.ServiceProvider.GetRequiredService<RoutesDb>();
            if (await db.LibraryRuns.Where(each => each.FinishedAt == null).OrderBy(each => each.Id)
                .FirstOrDefaultAsync(stopping) is not { } run) return false;
            await RunAsync(run, db, stopping);
            return true;
        }
        finally
        {
            await using var release = new NpgsqlCommand($"SELECT pg_advisory_unlock({Lock})", claim);
            await release.ExecuteScalarAsync(CancellationToken.None);
        }
    }

    /// <summary>Takes the whole library off offer where a sample of it no longer passes: since an upgrade the planner
    /// and its checker may score otherwise.</summary>
    /// <returns>How many routes went off offer.</returns>
    public async Task<int> RetireOutgrownAsync(CancellationToken stopping)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RoutesDb>();
        var today = DateOnly.FromDateTime(Geo.InShanghai(clock.GetUtcNow()));
        foreach (var route in await db.Routes.AsNoTracking().Where(route => route.OnOffer && route.FirstDate > today)
            .OrderBy(route => route.Id).Take(Sample).ToListAsync(stopping))
        {
            if (await IsValidAsync(route, stopping)) continue;

            await using var transaction = await db.Database.BeginTransactionAsync(stopping);
            var retired = await StaleRoutes.MarkAllAsync(db, stopping);
            await transaction.CommitAsync(stopping);
            book.Expire();
            return retired;
        }

        return 0;
    }

    private async Task RunAsync(LibraryRun run, RoutesDb db, CancellationToken stopping)
    {
        var started = Stopwatch.GetTimestamp();
        var before = run.Seconds;
        var today = DateOnly.FromDateTime(Geo.InShanghai(clock.GetUtcNow()));
        await RecheckAsync(run, db, today, stopping);

        var known = await db.Routes.AsNoTracking()
            .Select(route => new Known(route.Id, route.Key, route.Days, route.Stops, route.OnOffer, route.FirstDate))
            .ToListAsync(stopping);
        var duplicates = new NearDuplicates();
        var keys = new ConcurrentDictionary<string, byte>();
        foreach (var route in known.Where(route => route.OnOffer).OrderBy(route => route.Id))
        {
            duplicates.TryAdd(route.Days, route.Stops);
            keys.TryAdd(route.Key, 0);
        }

        run.OnOffer = keys.Count;
        var cells = RouteGrid.Cells(Variations).ToArray();
        while (run.OnOffer < run.Wanted && run.NextCell < cells.Length)
        {
            var made = new ConcurrentBag<Candidate>();
            var block = Enumerable.Range(run.NextCell, Math.Min(Batch, cells.Length - run.NextCell))
                .Where(cell => !keys.ContainsKey(cells[cell].Key)).ToArray();
            await Parallel.ForEachAsync(
                block, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount,
                    CancellationToken = stopping },
                async (cell, cancellation) => made.Add(
                    await MakeAsync(cell, cells[cell], today, run.MillisecondsEach, cancellation)));

            // In the grid's order, whatever order the cores finished in: the same run keeps the same routes.
            foreach (var candidate in made.OrderBy(each => each.Cell))
            {
                run.Made++;
                if (candidate.Route is not { } route)
                {
                    run.Invalid++;
                    run.FirstObjection ??= candidate.Objection;
                }
                else if (run.OnOffer >= run.Wanted) break;
                else if (!duplicates.TryAdd(route.Days, route.Stops)) run.Duplicates++;
                else if (keys.TryAdd(route.Key, 0))
                {
                    await db.Routes.Where(each => each.Key == route.Key).ExecuteDeleteAsync(stopping);
                    db.Add(route);
                    run.OnOffer++;
                }
            }

            run.NextCell += Batch;
            run.Seconds = before + Stopwatch.GetElapsedTime(started).TotalSeconds;
            await SaveAsync(run, db, stopping);
        }

        run.FinishedAt = clock.GetUtcNow();
        run.Seconds = before + Stopwatch.GetElapsedTime(started).TotalSeconds;
        await SaveAsync(run, db, stopping);
        book.Expire();
    }

    /// <summary>Confirms every route that is off offer or lies in the past; what the checker rejects is forgotten and
    /// made anew.</summary>
    private async Task RecheckAsync(LibraryRun run, RoutesDb db, DateOnly today, CancellationToken stopping)
    {
        var last = Guid.Empty;
        while (true)
        {
            var routes = await db.Routes.Where(route => route.Id > last && (!route.OnOffer || route.FirstDate <= today))
                .OrderBy(route => route.Id).Take(Batch).ToListAsync(stopping);
            if (routes.Count == 0) break;
            last = routes[^1].Id;
            foreach (var route in routes)
            {
                if (route.FirstDate > today && await IsValidAsync(route, stopping))
                {
                    (route.OnOffer, route.CheckedAt) = (true, clock.GetUtcNow());
                    run.Kept++;
                }
                else
                {
                    db.Remove(route);

                    // Its cell is to be filled again, so the run begins at the start of the grid.
                    run.NextCell = 0;
                }
            }

            await SaveAsync(run, db, stopping);
        }
    }

    private async Task<bool> IsValidAsync(StoredRoute route, CancellationToken stopping)
    {
        var (trip, _) = await reader.ReadAsync(route.Wishes, stopping, heedCrowds: false);
        return trip is not null && StoredPlan.Back(trip, route.Plan) is { } plan
            && PlanChecker.Check(trip.Problem, plan).Count == 0;
    }

    private static async Task SaveAsync(LibraryRun run, RoutesDb db, CancellationToken stopping)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(stopping);
        var edition = await LibraryEdition.AdvanceAsync(db, stopping);
        foreach (var change in db.ChangeTracker.Entries<StoredRoute>()
            .Where(change => change.State != EntityState.Unchanged).ToList())
        {
            LibraryEdition.Tell(db, change.Entity.Outline(),
                onOffer: change.Entity.OnOffer && change.State != EntityState.Deleted, edition);
        }

        await db.SaveChangesAsync(stopping);
        await transaction.CommitAsync(stopping);
        db.ChangeTracker.Clear();
        db.Attach(run);
    }

    private async Task<Candidate> MakeAsync(int number, RouteCell cell, DateOnly today, int milliseconds,
        CancellationToken cancellation)
    {
        var wishes = RouteGrid.Wishes(cell, today, Math.Max(milliseconds, 5));
        var (trip, fault) = await reader.ReadAsync(wishes, cancellation, heedCrowds: false);
        if (trip is null) throw new InvalidOperationException(
            $"The grid's {cell.Key} is no wish: {fault!.Field}: {fault.Because}");

        var plan = Planner.Make(trip.Problem, TourBudget.Of(milliseconds), wishes.Seed);
        if (PlanChecker.Check(trip.Problem, plan) is { Count: > 0 } objections)
            return new(number, null, $"{cell.Key}: {PlanView.Text(objections[0])}");
        if (!plan.Stops.Any(stop => stop.Place >= 0)) return new(number, null, $"{cell.Key}: nothing to visit");

        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var view = StoredPlan.Slim(PlanView.Of(id, trip, plan, TimeSpan.FromMilliseconds(milliseconds), []));
        var visits = view.Days.SelectMany((day, index) =>
            day.Stops.Where(stop => stop.Kind == "visit").Select(stop => (Day: index, stop.Place.PlaceId))).ToArray();
        var programme = cell.Programme is { } code ? Programme.Find(code) : null;
        return new(number, new()
        {
            Id = id, Key = cell.Key, Persona = cell.Persona.Code, Days = cell.Days, Season = cell.Season,
                Budget = cell.Budget,
            Pace = Pace(cell.Pace), Start = cell.Start, Programme = cell.Programme,
            NameZh = programme?.NameZh ?? $"{cell.Persona.NameZh}·{SeasonZh(cell.Season)}{cell.Days}日",
            NameEn = programme?.NameEn
                ?? $"{cell.Persona.NameEn}, {cell.Days} {(cell.Days == 1 ? "day" : "days")} in {cell.Season}",
            FirstDate = wishes.Days[0].Date, Stops = [.. visits.Select(visit => $"{visit.Day}/{visit.PlaceId}")],
            PlaceIds = [.. visits.Select(visit => visit.PlaceId!).Distinct()], Counties = [.. view.Counties ?? []],
            CostFen = view.Costs.TotalFen, Wishes = wishes, Plan = view, OnOffer = true, CheckedAt = clock.GetUtcNow(),
        }, null);
    }

    private static string Pace(PaceWish pace) => pace switch { PaceWish.Relaxed => "relaxed", PaceWish.Fast =>
        "fast", _ => "normal" };

    private static string SeasonZh(string season) =>
        season switch { "spring" => "春", "summer" => "夏", "autumn" => "秋", _ => "冬" };
}
