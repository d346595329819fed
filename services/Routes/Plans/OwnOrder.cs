using Jingdezhen.Tourism.Routes.Planning;

namespace Jingdezhen.Tourism.Routes.Plans;

/// <summary>A stop that cannot be where the visitor put it.</summary>
internal sealed record StopConflict(int Place, int Day, string Because);

/// <summary>
/// The timeline of days whose order the visitor has chosen: every stop as early as its door allows, breaks after the first
/// stop from which they can begin in time. Nothing is searched, so it takes no time; the checker judges the outcome.
/// </summary>
internal static class OwnOrder
{
    private const int LongestWaitForBreak = 45;

    public static (Plan? Plan, StopConflict? Conflict) Make(PlanProblem problem, IReadOnlyList<IReadOnlyList<int>> days)
    {
        var model = new PlanModel(problem, problem.Weights.WalkUpToMinutes);
        var tours = new int[days.Count][];
        for (var day = 0; day < days.Count; day++)
        {
            var (tour, conflict) = Day(model, day, days[day]);
            if (conflict is not null) return (null, conflict);
            tours[day] = [.. tour];
        }

        return (new PlanWriter(model, tours).Write(iterations: 0), null);
    }

    private static (List<int> Tour, StopConflict? Conflict) Day(PlanModel model, int day, IReadOnlyList<int> places)
    {
        var (problem, tour) = (model.Problem, new List<int>());
        var (time, here) = (problem.Days[day].StartMinute, problem.Days[day].StartPoint);
        var due = Enumerable.Range(0, problem.Wishes.Breaks.Length).Where(pause => model.WantsBreak(day, pause)).ToHashSet();
        foreach (var place in places)
        {
            var arrive = time + model.Legs.Minutes(here, place);
            int node = -1, leave = int.MaxValue;
            for (var each = 0; each < model.Options.Length; each++)
            {
                var option = model.Options[each];
                if (option.Place != place || (option.Break >= 0 && !due.Contains(option.Break))) continue;
                var (earliest, latest) = model.VisitStarts(day, option);
                var start = Math.Max(arrive, earliest);
                if (start > latest) continue;
                var end = start + model.Stay(option);
                if (option.Break >= 0)
                {
                    var wish = problem.Wishes.Breaks[option.Break];
                    var pause = option.BreakInside ? start : Math.Max(end, wish.Earliest);
                    if (pause < wish.Earliest || pause > wish.Latest || pause - end > LongestWaitForBreak) continue;
                    end = option.BreakInside ? end : pause + wish.Minutes;
                }

                // A break that can be taken here is; otherwise the earliest end.
                var better = node < 0 || (option.Break >= 0 && model.Options[node].Break < 0)
                    || (option.Break >= 0 == model.Options[node].Break >= 0 && end < leave);
                if (better) (node, leave) = (each, end);
            }

            if (node < 0) return (tour, new(place, day, Why(problem, place, day, arrive)));
            tour.Add(node);
            due.Remove(model.Options[node].Break);
            (time, here) = (leave + model.Buffer, place);
        }

        var home = time + model.Legs.Minutes(here, problem.Days[day].EndPoint);
        return places.Count > 0 && home > model.DayEnds[day] ? (tour, new(places[^1], day, OmissionReasons.NoTime)) : (tour, null);
    }

    private static string Why(PlanProblem problem, int place, int day, int arrive)
    {
        var windows = problem.Places[place].Open[day];
        if (problem.Wishes.Avoid.Contains(place)) return OmissionReasons.Avoided;
        if (problem.Party.Wheelchairs > 0 && problem.Places[place].Wheelchair == false) return OmissionReasons.NotAccessible;
        if (windows.Length == 0) return OmissionReasons.ClosedAllDays;
        if (problem.Wishes.Fixed.Any(settled => settled.Place == place)) return OmissionReasons.FixedStops;
        if (problem.Wishes.BookableOnly && windows.All(window => window.Left < problem.Party.People)) return OmissionReasons.SoldOut;
        return windows.All(window => arrive > window.LastAdmission) ? OmissionReasons.OutsideYourHours : OmissionReasons.NoTime;
    }
}
