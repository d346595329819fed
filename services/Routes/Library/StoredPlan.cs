using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Planning;
using Jingdezhen.Tourism.Routes.Plans;

namespace Jingdezhen.Tourism.Routes.Library;

/// <summary>A plan as the library keeps it, and the way back to what the checker reads.</summary>
internal static class StoredPlan
{
    /// <summary>Without what only the moment of planning knew: alternatives and the long list of what was left
    /// out.</summary>
    public static PlanResponse Slim(PlanResponse plan) => plan with
    {
        LeftOut = [.. plan.LeftOut.Where(left => left.MustSee)],
        Days = [.. plan.Days.Select(day => day with { Stops =
            [.. day.Stops.Select(stop => stop with { Alternatives = [] })] })],
    };

    /// <summary>The planner's own form over the trip's indexes; null when a place has gone or the days do not
    /// agree.</summary>
    public static Plan? Back(Trip trip, PlanResponse plan)
    {
        if (plan.Days.Count != trip.Problem.Days.Length) return null;
        if (plan.Days.SelectMany(day => day.Stops)
            .Any(stop => stop.Kind == "visit" && trip.Catalogue.IndexOf(stop.Place.PlaceId ?? "") < 0)) return null;
        return new()
        {
            Days = [.. plan.Days.Select((day, index) => Day(trip, day, index))],
            Costs = new(plan.Costs.FaresFen, plan.Costs.TaxiFen, plan.Costs.EbikeFen),
            Score = plan.Score,
            LeftOut = [.. plan.LeftOut.Where(left => trip.Catalogue.IndexOf(left.PlaceId) >= 0)
                .Select(left => new Omission(trip.Catalogue.IndexOf(left.PlaceId), left.Code, left.MustSee))],
            Unmet = [.. plan.Unmet.Select(unmet => new UnmetWish(unmet.Kind, unmet.Name, unmet.Code))],
        };
    }

    private static DayPlan Day(Trip trip, PlanDayResponse day, int index)
    {
        var midnight = day.Date.ToDateTime(TimeOnly.MinValue);
        var here = trip.Problem.Days[index].StartPoint;
        var stops = new List<PlanStop>();
        foreach (var stop in day.Stops)
        {
            var place = stop.Kind == "visit" ? trip.Catalogue.IndexOf(stop.Place.PlaceId!) : -1;
            var point = place >= 0 ? place : Nearest(trip, index, stop.Place);
            stops.Add(new()
            {
                Kind = place >= 0 ? StopKind.Visit : StopKind.Break, Place = place, Leg = Leg(stop.Leg, here, point),
                ArriveMinute = Minute(stop.Arrive), StartMinute = Minute(stop.Start), EndMinute = Minute(stop.End),
                Break = stop.Break?.Name, BreakStartMinute = stop.Break is { } from ? Minute(from.From) : 0,
                BreakEndMinute = stop.Break is { } to ? Minute(to.To) : 0,
                    AvailabilityId = stop.AvailabilityId?.ToString(),
                FareFen = stop.FareFen, Score = stop.Score,
                Reasons = [.. stop.Reasons.Select(
                    reason => new ScoreReason(reason.Code, reason.Factor, reason.Detail))],
            });
            here = point;
        }

        return new(index, [.. stops], Leg(day.Home, here, trip.Problem.Days[index].EndPoint), day.WalkMeters);

        int Minute(DateTimeOffset time) => (int)(Geo.InShanghai(time) - midnight).TotalMinutes;

        PlanLeg Leg(PlanLegResponse leg, int from, int to) => new(
            leg.Mode switch { "walk" => TravelMode.Walk, "ebike" => TravelMode.Ebike, _ => TravelMode.Taxi },
            from, to, Minute(leg.Depart), Minute(leg.Arrive), leg.Meters, leg.CostFen);
    }

    // A break of its own is at the day's start or at its end.
    private static int Nearest(Trip trip, int day, PlanPointResponse point)
    {
        var (start, end) = (trip.Problem.Days[day].StartPoint, trip.Problem.Days[day].EndPoint);
        var named = trip.Point(start);
        return named.Lat == point.Lat && named.Lon == point.Lon ? start : end;
    }
}
