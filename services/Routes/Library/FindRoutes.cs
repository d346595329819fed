using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using Jingdezhen.Tourism.Contracts.Routes.V1;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Routes.Plans;
using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Library;

/// <summary>A person's profile: what must hold, and what the routes are ranked by.</summary>
/// <param name="Interests">"tea:1,food:0.5": the routes whose visits are most like it come first.</param>
/// <param name="PlaceId">Routes that visit this place.</param>
/// <param name="MaxCostFen">What fares and rides may cost together.</param>
public sealed record FindRoutesQuery(
    [Range(1, 14)] int? Days, string? Season, string? Budget, string? Pace, string? Start, string? Persona,
        string? Programme,
    [MaxLength(600)] string? Interests, string? County, string? PlaceId, [Range(0, long.MaxValue)] long? MaxCostFen,
    [Range(1, 100)] int? Limit, [MaxLength(300)] string? After);

public sealed record RouteSummaryResponse(
    Guid Id, string NameZh, string NameEn, string Persona, int Days, string Season, string Budget, string Pace,
        string Start,
    string? Programme, DateOnly FirstDate, IReadOnlyList<string> PlaceIds, IReadOnlyList<string> Counties, long CostFen,
        double Match);

public sealed record RoutePageResponse(IReadOnlyList<RouteSummaryResponse> Routes, string? Next, int Total);

public sealed record RouteResponse(RouteSummaryResponse Route, TripWishes Wishes, PlanResponse Plan);

public sealed record ViewRouteQuery(
    [MaxLength(100)] string? Source, [MaxLength(100)] string? Campaign, [MaxLength(100)] string? GuestKey);

internal static class FindRoutes
{
    private const int PageLength = 20;

    public static async Task<Results<Ok<RoutePageResponse>, ProblemHttpResult>> Handle(
        [AsParameters] FindRoutesQuery query, RouteBook book, CancellationToken cancellation)
    {
        var edition = await book.CurrentAsync(cancellation);
        var profile = new double[edition.Themes.Count];
        foreach (var part in (query.Interests ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var (theme, interest) = part.Split(':') is [var name, var text]
                ? (name, double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
                    : double.NaN) : (part, 1);
            if (!edition.Themes.TryGetValue(theme, out var at) || interest is not (>= 0 and <= 1))
            {
                return Problems.Invalid("interests",
                    $"\"{part}\" is not a known theme with an interest of 0 to 1, like tea:0.8.");
            }

            profile[at] = interest;
        }

        (double Rank, Guid Id)? after = null;
        if (query.After is not null)
        {
            after = ReadCursor(query.After);
            if (after is null) return Problems.Invalid("after", "This is not a cursor of a page before.");
        }

        var (page, more, total) = Rank(edition.Routes, query, profile, after, query.Limit ?? PageLength);
        return TypedResults.Ok(new RoutePageResponse(
            [.. page.Select(each => Summary(each.Route, -each.Rank))], more ? Cursor(page[^1].Rank, page[^1].Route.Id)
                : null, total));
    }

    /// <summary>One route whole. That somebody looked at it begins the platform's funnel.</summary>
    public static async Task<Results<Ok<RouteResponse>, NotFound>> Show(
        Guid id, [AsParameters] ViewRouteQuery query, RoutesDb db, CancellationToken cancellation)
    {
        if (await db.Routes.AsNoTracking().SingleOrDefaultAsync(
            each => each.Id == id && each.OnOffer, cancellation) is not { } route)
        {
            return TypedResults.NotFound();
        }

        db.Publish(new RouteViewed(id, query.Source, query.Campaign, query.GuestKey));
        await db.SaveChangesAsync(cancellation);
        var entry = new RouteEntry(
            route.Id, route.Persona, route.Days, route.Season, route.Budget, route.Pace, route.Start, route.Programme,
                route.NameZh,
            route.NameEn, route.FirstDate, route.PlaceIds, route.Counties, route.CostFen);
        return TypedResults.Ok(new RouteResponse(Summary(entry, 1), route.Wishes, route.Plan));
    }

    /// <summary>
    /// A page of the routes that meet the conditions, best match first, whether more follow it, and how many there are
    /// in all; rank is the negative cosine of profile and route. Only the page is sorted: a heap keeps its routes while
    /// all pass by.
    /// </summary>
    internal static (List<(double Rank, RouteEntry Route)> Page, bool More, int Total) Rank(
        RouteEntry[] routes, FindRoutesQuery query, double[] profile, (double Rank, Guid Id)? after, int limit)
    {
        var length = Math.Sqrt(profile.Sum(each => each * each));
        var kept = new PriorityQueue<RouteEntry, (double Rank, Guid Id)>(
            limit + 2, Comparer<(double Rank, Guid Id)>.Create((left, right) => right.CompareTo(left)));
        var total = 0;
        foreach (var route in routes)
        {
            if (!Meets(route, query)) continue;
            total++;
            var match = 0.0;
            for (var theme = 0; length > 0 && theme < profile.Length; theme++)
                match += profile[theme] * route.Themes[theme];
            var place = (Rank: length > 0 ? -Math.Round(match / length, 6) : 0, route.Id);
            if (after is { } seen && place.CompareTo(seen) <= 0) continue;
            if (kept.Count <= limit) kept.Enqueue(route, place);
            else kept.EnqueueDequeue(route, place);
        }

        var more = kept.Count > limit;
        if (more) kept.Dequeue();
        var page = new List<(double Rank, RouteEntry Route)>(kept.Count);
        while (kept.TryDequeue(out var route, out var place)) page.Add((place.Rank, route));
        page.Reverse();
        return (page, more, total);
    }

    private static bool Meets(RouteEntry route, FindRoutesQuery query)
    {
        if (query.Days is { } days && route.Days != days) return false;
        if (query.MaxCostFen is { } cost && route.CostFen > cost) return false;
        if (query.County is not null && !route.Counties.Contains(query.County)) return false;
        if (query.PlaceId is not null && !route.PlaceIds.Contains(query.PlaceId)) return false;
        return Is(query.Season, route.Season) && Is(query.Budget, route.Budget) && Is(query.Pace, route.Pace)
            && Is(query.Start, route.Start) && Is(query.Persona, route.Persona)
            && Is(query.Programme, route.Programme);

        static bool Is(string? wanted, string? value) =>
            wanted is null || string.Equals(wanted, value, StringComparison.Ordinal);
    }

    private static RouteSummaryResponse Summary(RouteEntry route, double match) => new(
        route.Id, route.NameZh, route.NameEn, route.Persona, route.Days, route.Season, route.Budget, route.Pace,
            route.Start,
        route.Programme, route.FirstDate, route.PlaceIds, route.Counties, route.CostFen, match);

    private static string Cursor(double rank, Guid id) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{rank:R} {id}")));

    private static (double Rank, Guid Id)? ReadCursor(string cursor) =>
        Base64Url.IsValid(cursor) && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor))
            .Split(' ') is [var rank, var id]
        && double.TryParse(rank, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && Guid.TryParse(id, out var guid)
            ? (value, guid) : null;
}
