using System.Security.Claims;
using Jingdezhen.Tourism.Contracts.Routes.V1;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Plans;
using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Jingdezhen.Tourism.Routes.Itineraries;

public enum ReplanCause { Delay, Closure, Rain, Skipped, Wish }

/// <summary>What has changed on the way.</summary>
/// <param name="At">From when on; now unless said otherwise.</param>
/// <param name="Position">Where one is; the last stop unless said otherwise.</param>
/// <param name="DelayMinutes">How much later one can go on.</param>
/// <param name="Closed">Places that turned out to be closed today.</param>
/// <param name="Skipped">Stops one does not want, or has passed by without a visit.</param>
/// <param name="Rain">It rains today.</param>
public sealed record ReplanItineraryRequest(
    ReplanCause Cause, DateTimeOffset? At = null, PointWish? Position = null, int DelayMinutes = 0,
    IReadOnlyList<string>? Closed = null, IReadOnlyList<string>? Skipped = null, bool Rain = false);

internal static class ReplanItinerary
{
    private const int LongestDelay = 12 * 60;

    /// <summary>Plans what lies ahead anew. Booked and pinned stops stay; one that cannot is named as a
    /// conflict.</summary>
    public static async Task<Results<Ok<ItineraryResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid id, ReplanItineraryRequest request, [FromHeader(Name = "If-Match")] string? match, ClaimsPrincipal user,
        HttpResponse response, TripPlanner planner, RoutesDb db, TimeProvider clock, CancellationToken cancellation)
    {
        if (await SaveItinerary.Find(id, user, db, cancellation) is not { } itinerary) return TypedResults.NotFound();
        if (SaveItinerary.Stale(match, itinerary) is { } stale) return stale;
        if (request.DelayMinutes is < 0 or > LongestDelay)
            return Problems.Invalid("delayMinutes", $"Give 0 to {LongestDelay} minutes.");

        var at = request.At ?? clock.GetUtcNow();
        var (wishes, dropped) = Ahead(itinerary, request, at);
        if (wishes is null) return Problems.Invalid("at", "Nothing of the itinerary lies ahead then.");

        var (trip, fault) = await planner.ReadAsync(wishes, cancellation);
        if (trip is null) return Problems.Invalid(
            fault!.Field == "days[0].start" ? "position" : fault.Field, fault.Because);
        if (await planner.PlanAsync(trip, cancellation) is not { } plan)
        {
            response.Headers.RetryAfter = "1";
            return PlanTrip.Overloaded.AsProblem(StatusCodes.Status503ServiceUnavailable);
        }

        var skipped = (request.Skipped ?? []).Concat(request.Closed ?? []).ToHashSet(StringComparer.Ordinal);
        var joined = OpenPart.Join(itinerary.Plan, plan, wishes, itinerary.Booked, skipped, at.AddTicks(1));
        var (kept, changed) = Compare(itinerary.Plan, joined);
        var conflicts = Conflicts(trip, plan, wishes, dropped);
        db.Add(itinerary.Change(CauseText(request.Cause), wishes, joined, itinerary.Booked, clock.GetUtcNow()));
        db.Publish(new ItineraryReplanned(itinerary.Id, CauseText(request.Cause), kept, changed));
        return await SaveItinerary.SaveAsync(itinerary, response, db, conflicts, cancellation);
    }

    private static string CauseText(ReplanCause cause) => cause switch
    {
        ReplanCause.Delay => "delay", ReplanCause.Closure => "closure", ReplanCause.Rain => "rain",
        ReplanCause.Skipped => "skipped", _ => "wish",
    };

    private static (TripWishes? Wishes, List<string> Dropped) Ahead(
        Itinerary itinerary, ReplanItineraryRequest request, DateTimeOffset at)
    {
        var (wishes, local) = (itinerary.Wishes, Geo.InShanghai(at));
        var (today, minute) = (DateOnly.FromDateTime(local), (local.Hour * 60) + local.Minute);
        var days = wishes.Days.Where(day => day.Date >= today).ToList();
        if (days.Count == 0) return (null, []);

        var closed = (request.Closed ?? []).ToHashSet(StringComparer.Ordinal);
        var skipped = (request.Skipped ?? []).ToHashSet(StringComparer.Ordinal);
        var done = itinerary.Plan.Days.SelectMany(day => day.Stops)
            .Where(stop => stop.Start <= at && stop.Kind == "visit" && !closed.Contains(stop.Place.PlaceId!)
                && !skipped.Contains(stop.Place.PlaceId!)).ToArray();
        if (days[0].Date == today)
        {
            var begins = Math.Max(minute, Window.ParseClock(days[0].From ?? "09:00") ?? 0);
            var here = request.Position;
            if (done.LastOrDefault(stop => DateOnly.FromDateTime(Geo.InShanghai(stop.Start)) == today) is { } last)
            {
                // A visit that has begun is ended as planned.
                var leave = Geo.InShanghai(last.Leave);
                begins = Math.Max(begins, (leave.Hour * 60) + leave.Minute);
                here ??= new(last.Place.PlaceId);
            }

            begins += request.DelayMinutes;
            var ends = Window.ParseClock(days[0].To ?? (wishes.EveningProgramme ? "22:00" : "21:00"))
                ?? Window.Midnight;
            if (begins >= ends) days.RemoveAt(0);
            else
            {
                days[0] = days[0] with
                {
                    From = Window.Clock(begins), To = Window.Clock(ends), Start = here ?? days[0].Start,
                    Weather = request.Rain ? WeatherWish.Rain : days[0].Weather,
                };
            }

            if (days.Count == 0) return (null, []);
        }

        // A place that is closed today may be open tomorrow; within one plan it is simply left alone.
        var gone = done.Select(stop => stop.Place.PlaceId!).Concat(closed).Concat(skipped)
            .ToHashSet(StringComparer.Ordinal);
        var settled = (wishes.Fixed ?? []).Where(stop => days.Any(day => day.Date == stop.Date)).ToArray();
        var dropped = settled.Where(stop => closed.Contains(stop.PlaceId)).Select(stop => stop.PlaceId).ToList();
        var spent = done.Sum(stop => stop.FareFen + stop.Leg.CostFen);
        return (wishes with
        {
            Days = days,
            Avoid = [.. (wishes.Avoid ?? []).Concat(gone).Distinct()],
            MustSee = [.. (wishes.MustSee ?? []).Where(place => !gone.Contains(place))],
            Fixed = [.. settled.Where(stop => !gone.Contains(stop.PlaceId))],
            BudgetFen = wishes.BudgetFen is { } budget ? Math.Max(0, budget - spent) : null,
        }, dropped);
    }

    private static (int Kept, int Changed) Compare(PlanResponse before, PlanResponse after)
    {
        var old = Keys(before);
        var fresh = Keys(after);
        var kept = fresh.Count(old.Contains);
        return (kept, old.Count(stop => !fresh.Contains(stop)) + fresh.Count - kept);

        static HashSet<(DateOnly, string?)> Keys(PlanResponse plan) => [.. plan.Days.SelectMany(day =>
            day.Stops.Where(stop => stop.Kind == "visit").Select(stop => (day.Date, stop.Place.PlaceId)))];
    }

    private static List<ConflictResponse> Conflicts(
        Trip trip, PlanResponse plan, TripWishes wishes, List<string> dropped)
    {
        var planned = plan.Days.SelectMany(day => day.Stops).Select(stop => stop.Place.PlaceId).ToHashSet();
        var codes = plan.LeftOut.ToDictionary(left => left.PlaceId, left => left.Code);
        return [.. dropped.Select(place => Of(place, "closed-all-days"))
            .Concat((wishes.Fixed ?? []).Where(stop => !planned.Contains(stop.PlaceId))
                .Select(stop => Of(stop.PlaceId, codes.GetValueOrDefault(stop.PlaceId, "no-time"))))];

        ConflictResponse Of(string place, string code)
        {
            var facts = trip.Catalogue.ById[place].Facts;
            var (zh, en) = PlanTexts.Omission(code);
            return new(place, facts.NameZh, facts.NameEn, code, zh, en);
        }
    }
}
