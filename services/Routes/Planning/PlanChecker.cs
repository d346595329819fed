namespace Jingdezhen.Tourism.Routes.Planning;

/// <summary>One thing that is wrong with a plan: what, on which day (−1: the whole plan), and the
/// particulars.</summary>
internal sealed record Objection(string Code, int Day, string Detail);

/// <summary>
/// Confirms a plan from the problem alone. Written without the planner's code (it shares the input types and the
/// answer's), so that one mistake cannot hide in both: times are walked through anew, tickets, rides and metres are
/// counted anew, every wish is looked for. An empty answer is the plan's certificate.
/// </summary>
internal static partial class PlanChecker
{
    public static IReadOnlyList<Objection> Check(PlanProblem problem, Plan plan)
    {
        var objections = new List<Objection>();
        if (plan.Days.Length != problem.Days.Length)
        {
            objections.Add(new Objection("days", -1, $"{plan.Days.Length} of {problem.Days.Length}"));
            return objections;
        }
        for (var day = 0; day < plan.Days.Length; day++) CheckDay(problem, plan, day, objections);
        CheckMoney(problem, plan, objections);
        CheckWishes(problem, plan, objections);
        CheckScore(problem, plan, objections);
        return objections;
    }

    private static void CheckDay(PlanProblem problem, Plan plan, int day, List<Objection> objections)
    {
        var (today, planned) = (problem.Days[day], plan.Days[day]);
        void Object(string code, string detail) => objections.Add(new Objection(code, day, detail));
        var (point, time, walked) = (today.StartPoint, today.StartMinute, 0);
        foreach (var stop in planned.Stops)
        {
            var at = stop.Place >= 0 ? stop.Place : stop.Leg.ToPoint;
            CheckLeg(problem, stop.Leg, point, at, time, Object);
            walked += stop.Leg.Mode == TravelMode.Walk ? stop.Leg.Meters : 0;
            if (stop.ArriveMinute != stop.Leg.ArriveMinute || stop.StartMinute < stop.ArriveMinute)
                Object("timeline", $"arrives {stop.Leg.ArriveMinute}, starts {stop.StartMinute}");
            if (stop.Kind == StopKind.Visit) CheckVisit(problem, stop, day, Object);
            else if (stop.Place >= 0 || stop.Break is null || (at != today.StartPoint && at != today.EndPoint))
                Object("break-place", $"point {at}");
            if (stop.Break is not null) CheckBreak(problem, stop, Object);
            (point, time) = (at, stop.LeaveMinute);
        }
        CheckLeg(problem, planned.Home, point, today.EndPoint, time, Object);
        walked += planned.Home.Mode == TravelMode.Walk ? planned.Home.Meters : 0;
        if (walked != planned.WalkMeters) Object("walk-sum", $"{planned.WalkMeters} claimed, {walked} walked");
        if (walked > problem.Wishes.WalkLimitMeters && planned.Stops.Length > 0) Object("walking-limit", $"{walked} m");
        var end = (double)today.EndMinute;
        if (problem.Wishes.LeaveBy is { } leaveBy)
            end = Math.Min(end, (leaveBy - today.Date.ToDateTime(TimeOnly.MinValue)).TotalMinutes);
        // A day too short even for the way from its start to its end has no stops and says so.
        var admitted = planned.Stops.Length == 0 && plan.Unmet.Any(wish => wish.Kind == "day-end");
        if (planned.Home.ArriveMinute > end && !admitted) Object("day-end", $"home at {planned.Home.ArriveMinute}");
    }

    private static void CheckLeg(
        PlanProblem problem, PlanLeg leg, int from, int to, int notBefore, Action<string, string> complain)
    {
        var (travel, party) = (problem.Travel, problem.Party);
        var cell = (from * travel.Points) + to;
        if (leg.FromPoint != from || leg.ToPoint != to)
            complain("leg-ends", $"{leg.FromPoint}→{leg.ToPoint}, not {from}→{to}");
        if (leg.DepartMinute < notBefore) complain("leg-too-early", $"leaves {leg.DepartMinute} before {notBefore}");
        var minutes = leg.Mode switch
        {
            TravelMode.Walk => travel.WalkMinutes[cell],
            TravelMode.Ebike => travel.EbikeMinutes[cell],
            TravelMode.Taxi => travel.TaxiMinutes[cell],
            _ => int.MaxValue / 2,
        };
        if (leg.ArriveMinute - leg.DepartMinute < minutes) complain("leg-too-fast", $"{leg.Mode} takes {minutes} min");
        if (leg.Meters != travel.Meters[cell]) complain("leg-meters", $"{leg.Meters}, not {travel.Meters[cell]}");
        var fare = leg.Mode == TravelMode.Taxi ? (party.People + 3) / 4 * (long)travel.TaxiFen[cell] : 0;
        if (leg.CostFen != fare) complain("leg-fare", $"{leg.CostFen}, not {fare}");
        var allowed = leg.Mode == TravelMode.Walk || problem.Wishes.Transport switch
        {
            Transport.Walk => false,
            Transport.Ebike => leg.Mode == TravelMode.Ebike,
            Transport.Taxi => leg.Mode == TravelMode.Taxi,
            _ => true,
        };
        if (!allowed || (leg.Mode == TravelMode.Ebike && party.Wheelchairs > 0)) complain("leg-mode", $"{leg.Mode}");
    }

    private static void CheckVisit(PlanProblem problem, PlanStop stop, int day, Action<string, string> complain)
    {
        if (stop.Place < 0 || stop.Place >= problem.Places.Length)
        {
            complain("place", $"{stop.Place}");
            return;
        }
        var (place, wishes) = (problem.Places[stop.Place], problem.Wishes);
        var inside = place.Open[day].Where(window => stop.StartMinute >= window.Opens
            && stop.StartMinute <= window.LastAdmission && stop.EndMinute <= window.Closes
            && window.AvailabilityId == stop.AvailabilityId).ToArray();
        if (inside.Length == 0) complain("closed", $"{place.Id} {stop.StartMinute}–{stop.EndMinute}");
        var seats = problem.Party.People;
        if (wishes.BookableOnly && !inside.Any(window => window.AvailabilityId is null || !(window.Left < seats)))
            complain("sold-out", place.Id);
        var pace = wishes.Pace switch
        {
            Pace.Relaxed => problem.Weights.RelaxedVisit,
            Pace.Fast => problem.Weights.FastVisit,
            _ => 1.0,
        };
        if (stop.EndMinute - stop.StartMinute < (int)Math.Round(place.VisitMinutes * pace))
            complain("visit-too-short", $"{place.Id} {stop.EndMinute - stop.StartMinute} min");
        if (Array.IndexOf(wishes.Avoid, stop.Place) >= 0) complain("avoided", place.Id);
        if (problem.Party.Wheelchairs > 0 && place.Wheelchair == false) complain("not-accessible", place.Id);
    }

    private static void CheckBreak(PlanProblem problem, PlanStop stop, Action<string, string> complain)
    {
        var wish = Array.Find(problem.Wishes.Breaks, wish => wish.Name == stop.Break);
        if (wish is null)
        {
            complain("break-unasked", stop.Break!);
            return;
        }
        if (stop.BreakStartMinute < wish.Earliest || stop.BreakStartMinute > wish.Latest
            || stop.BreakEndMinute - stop.BreakStartMinute < wish.Minutes || stop.BreakStartMinute < stop.ArriveMinute)
            complain("break-time", $"{wish.Name} {stop.BreakStartMinute}–{stop.BreakEndMinute}");
        var overlaps = stop.Kind == StopKind.Visit && stop.BreakStartMinute < stop.EndMinute;
        if (overlaps && !problem.Places[stop.Place].ServesMeals) complain("break-during-visit", wish.Name);
    }
}
