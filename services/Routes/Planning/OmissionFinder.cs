using Jingdezhen.Tourism.Routes.Planning.Tours;

namespace Jingdezhen.Tourism.Routes.Planning;

/// <summary>
/// Names what kept each place out. What rules a place out by itself is found by looking at it alone; for a must-see
/// that would be possible alone, one constraint after the other is lifted and the one whose absence lets it in is
/// binding.
/// </summary>
internal sealed class OmissionFinder(PlanModel model, DayPlan[] days, PlanCosts costs)
{
    private const int ProbeIterations = 200;

    private readonly PlanProblem problem = model.Problem;
    private readonly (int[] TicketOf, long[] PriceFen) tickets = Tickets.Of(model.Problem);
    private readonly int[] bestScore = BestScores(model);
    private readonly int leastScore = days.SelectMany(day => day.Stops).Where(stop => stop.Place >= 0)
        .Select(stop => stop.Score).DefaultIfEmpty(0).Min();

    public Omission[] Find(HashSet<int> visited)
    {
        var omissions = new List<Omission>();
        for (var place = 0; place < problem.Places.Length; place++)
        {
            if (visited.Contains(place)) continue;
            var wanted = model.MustSee[place] || model.FixedOf[place] is not null;
            if (problem.Places[place].Category == "transport-hub" && !wanted) continue;
            var code = Alone(place) ?? (wanted ? Binding(place) : AmongOthers(place));
            omissions.Add(new Omission(place, code, wanted));
        }
        return [.. omissions.OrderByDescending(omission => omission.MustSee)];
    }

    /// <summary>What rules the place out even if it were the only one; null when nothing does.</summary>
    private string? Alone(int place)
    {
        var candidate = problem.Places[place];
        if (problem.Wishes.Avoid.Contains(place)) return OmissionReasons.Avoided;
        if (candidate.Open.All(open => open.Length == 0)) return OmissionReasons.ClosedAllDays;
        if (problem.Party.Wheelchairs > 0 && candidate.Wheelchair == false) return OmissionReasons.NotAccessible;
        if (!candidate.Open.SelectMany(open => open).Any(model.HasRoom)) return OmissionReasons.SoldOut;
        var (open, reached, early) = (false, false, false);
        for (var day = 0; day < problem.Days.Length; day++)
            foreach (var window in candidate.Open[day].Where(model.HasRoom))
            {
                open |= Fits(place, day, window, travels: false, model.DayEnds[day]);
                reached |= Fits(place, day, window, travels: true, model.DayEnds[day]);
                early |= Fits(place, day, window, travels: true, problem.Days[day].EndMinute);
            }
        if (!reached && early) return OmissionReasons.LeaveBy;
        if (!open) return OmissionReasons.OutsideYourHours;
        if (!reached) return OmissionReasons.OutOfReach;
        if (problem.Wishes.BudgetFen is { } budget
            && Enumerable.Range(0, days.Length).Min(day => CostAlone(place, day)) > budget)
            return OmissionReasons.Budget;
        if (problem.Wishes.WalkLimitMeters is { } limit
            && Enumerable.Range(0, days.Length).Min(day => WalkAlone(place, day)) > limit)
                return OmissionReasons.WalkingLimit;
        return null;
    }

    private bool Fits(int place, int day, OpenWindow window, bool travels, int dayEnd)
    {
        var today = problem.Days[day];
        var arrive = today.StartMinute + (travels ? model.Legs.Minutes(today.StartPoint, place) : 0);
        var start = Math.Max(arrive, window.Opens);
        var end = start + model.VisitMinutes[place];
        var home = travels ? model.Buffer + model.Legs.Minutes(place, today.EndPoint) : 0;
        return start <= window.LastAdmission && end <= Math.Min(window.Closes, model.LightUntil(day, place))
            && end + home <= dayEnd;
    }

    private long CostAlone(int place, int day)
    {
        var (ticketOf, price) = tickets;
        var fares = Tickets.Needed(problem, place).Select(other => ticketOf[other]).Distinct()
            .Where(ticket => ticket >= 0).Sum(ticket => price[ticket]);
        return fares + model.Legs.Fen(problem.Days[day].StartPoint, place)
            + model.Legs.Fen(place, problem.Days[day].EndPoint);
    }

    private int WalkAlone(int place, int day) => model.Legs.WalkMeters(problem.Days[day].StartPoint, place)
        + model.Legs.WalkMeters(place, problem.Days[day].EndPoint);

    private string AmongOthers(int place)
    {
        var fare = tickets.TicketOf[place] is >= 0 and var ticket ? tickets.PriceFen[ticket] : 0;
        if (problem.Wishes.BudgetFen is { } budget && fare > 0 && costs.TotalFen + fare > budget)
            return OmissionReasons.Budget;
        return bestScore[place] <= leastScore ? OmissionReasons.LessInteresting : OmissionReasons.NoTime;
    }

    private static int[] BestScores(PlanModel model)
    {
        var best = new int[model.Problem.Places.Length];
        for (var node = 0; node < model.Options.Length; node++)
        {
            var place = model.Options[node].Place;
            foreach (var day in model.Scores)
                if (place >= 0) best[place] = Math.Max(best[place], day[node]);
        }
        return best;
    }

    private string Binding(int place)
    {
        var wishes = problem.Wishes;
        if (wishes.BudgetFen is not null && Enters(place, wishes with { BudgetFen = null }))
            return OmissionReasons.Budget;
        if (wishes.WalkLimitMeters is not null && Enters(place, wishes with { WalkLimitMeters = null }))
            return OmissionReasons.WalkingLimit;
        if (wishes.Fixed.Length > 0 && model.FixedOf[place] is null && Enters(place, wishes with { Fixed = [] }))
            return OmissionReasons.FixedStops;
        var alone = wishes with { MustSee = [place] };
        return wishes.MustSee.Length > 1 && Enters(place, alone) ? OmissionReasons.OtherMustSees
            : OmissionReasons.NoTime;
    }

    private bool Enters(int place, PlanWishes wishes)
    {
        var relaxed = new PlanModel(problem with { Wishes = wishes }, problem.Weights.WalkUpToMinutes);
        var result = TourSolver.Solve(relaxed.Tours, new VisitorRules(new VisitorLedger(relaxed)),
            TourBudget.OfIterations(ProbeIterations), seed: 1);
        return result.Tours.Any(tour => tour.Any(node => relaxed.Options[node].Place == place));
    }
}
