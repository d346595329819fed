using Jingdezhen.Tourism.Routes.Planning;

namespace Jingdezhen.Tourism.Routes.Plans;

/// <summary>A stop that cannot be where the visitor put it.</summary>
internal sealed record StopConflict(int Place, int Day, string Because);

/// <summary>
/// The timeline of days whose order the visitor has chosen: every stop as early as its door allows, breaks where they
/// delay it least. Nothing else is searched, so it takes no time; the checker judges the outcome.
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
        var search = new BreakSearch(model, day, places);
        search.Run();
        return search.Best is { } tour
            ? (tour, null)
            : ([], new(places[search.Furthest], day,
                Why(model.Problem, places[search.Furthest], day, search.ArrivedAt)));
    }

    /// <summary>
    /// After which stop each break is taken: all ways are tried, a handful for a day, and the one with most breaks
    /// wins, then
    /// the one that is home earliest.
    /// </summary>
    private sealed class BreakSearch(PlanModel model, int day, IReadOnlyList<int> places)
    {
        private readonly ILookup<int, int> nodes = Enumerable.Range(0, model.Options.Length)
            .ToLookup(node => model.Options[node].Place);
        private readonly List<int> tour = [];
        private (int Breaks, int Home) best = (-1, 0);

        public List<int>? Best { get; private set; }

        /// <summary>The last stop that some way got to and could not visit, for the reason.</summary>
        public int Furthest { get; private set; }
        public int ArrivedAt { get; private set; }

        public void Run() => Visit(0, model.Problem.Days[day].StartMinute, model.Problem.Days[day].StartPoint,
            [.. Enumerable.Range(0, model.Problem.Wishes.Breaks.Length)
                .Where(pause => model.WantsBreak(day, pause))], 0);

        private void Visit(int stop, int time, int here, int[] due, int taken)
        {
            if (stop == places.Count)
            {
                var home = time + model.Legs.Minutes(here, model.Problem.Days[day].EndPoint);
                if (places.Count > 0 && home > model.DayEnds[day]) (Furthest, ArrivedAt) = (places.Count - 1, home);
                else if (taken > best.Breaks || (taken == best.Breaks && home < best.Home)) (best, Best) =
                    ((taken, home), [.. tour]);
                return;
            }

            var arrive = time + model.Legs.Minutes(here, places[stop]);
            var visited = false;
            foreach (var ways in nodes[places[stop]].GroupBy(node => model.Options[node].Break)
                .Where(ways => ways.Key < 0 || due.Contains(ways.Key)))
            {
                var (node, leave) = ways.Select(each => (Node: each, Leave: Leave(model.Options[each], arrive)))
                    .MinBy(each => each.Leave);
                if (leave == int.MaxValue) continue;
                visited = true;
                tour.Add(node);
                Visit(stop + 1, leave + model.Buffer, places[stop], [.. due.Where(pause => pause != ways.Key)],
                    taken + (ways.Key < 0 ? 0 : 1));
                tour.RemoveAt(tour.Count - 1);
            }

            if (!visited && stop >= Furthest) (Furthest, ArrivedAt) = (stop, arrive);
        }

        // When one is through with a visit and its break; never, when it cannot begin in time.
        private int Leave(VisitOption option, int arrive)
        {
            var (earliest, latest) = model.VisitStarts(day, option);
            var start = Math.Max(arrive, earliest);
            var wish = option.Break >= 0 ? model.Problem.Wishes.Breaks[option.Break] : null;
            if (option.BreakInside) start = Math.Max(start, model.InsideFrom(option));
            if (start > latest) return int.MaxValue;
            var end = start + model.Stay(option);
            if (wish is null) return end;
            var pause = Math.Max(option.BreakInside ? start : end, wish.Earliest);
            if (pause > wish.Latest || pause - end > LongestWaitForBreak) return int.MaxValue;
            return option.BreakInside ? Math.Max(end, pause + wish.Minutes) : pause + wish.Minutes;
        }
    }

    private static string Why(PlanProblem problem, int place, int day, int arrive)
    {
        var windows = problem.Places[place].Open[day];
        if (problem.Wishes.Avoid.Contains(place)) return OmissionReasons.Avoided;
        if (problem.Party.Wheelchairs > 0 && problem.Places[place].Wheelchair == false)
            return OmissionReasons.NotAccessible;
        if (windows.Length == 0) return OmissionReasons.ClosedAllDays;
        if (problem.Wishes.Fixed.Any(settled => settled.Place == place)) return OmissionReasons.FixedStops;
        if (problem.Wishes.BookableOnly && windows.All(window => window.Left < problem.Party.People))
            return OmissionReasons.SoldOut;
        return windows.All(window => arrive > window.LastAdmission) ? OmissionReasons.OutsideYourHours
            : OmissionReasons.NoTime;
    }
}
