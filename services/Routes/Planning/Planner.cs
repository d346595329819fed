using Jingdezhen.Tourism.Routes.Planning.Tours;

namespace Jingdezhen.Tourism.Routes.Planning;

/// <summary>
/// Makes a visitor's plan: the wishes become a tour problem (<see cref="PlanModel"/>), the engine fills the days, each
/// day's order is shortened, and the answer explains itself. Same problem, seed and iterations give the same plan.
/// </summary>
internal static class Planner
{
    /// <summary>With money or walking short, a second attempt walks more or less than one would for comfort.</summary>
    private const int ThriftyWalkMinutes = 50;
    private const int TiredWalkMinutes = 8;

    /// <summary>
    /// A visitor's days hold few stops and their score is fine-grained, so the search starts and ends cooler than on
    /// the public sets.
    /// </summary>
    private static readonly TourSettings Settings = new() { Hot = 0.5, Cold = 0.005, LongestString = 6 };

    public static Plan Make(PlanProblem problem, TourBudget budget, ulong seed)
    {
        var profiles = new List<int> { problem.Weights.WalkUpToMinutes };
        if (problem.Wishes.BudgetFen is not null) profiles.Add(ThriftyWalkMinutes);
        if (problem.Wishes.WalkLimitMeters is not null) profiles.Add(TiredWalkMinutes);
        var share = new TourBudget(
            budget.Time == Timeout.InfiniteTimeSpan ? budget.Time : budget.Time / profiles.Count,
            budget.Iterations == long.MaxValue ? budget.Iterations : budget.Iterations / profiles.Count);

        (PlanModel Model, TourResult Result)? best = null;
        var iterations = 0L;
        foreach (var walkUpTo in profiles)
        {
            var model = new PlanModel(problem, walkUpTo);
            var result =
                TourSolver.Solve(model.Tours, new VisitorRules(new VisitorLedger(model)), share, seed, Settings);
            iterations += result.Iterations;
            if (best is null || result.Value > best.Value.Result.Value) best = (model, result);
        }
        var (chosen, tours) = best!.Value;
        for (var day = 0; day < problem.Days.Length; day++)
            if (ShorterOrder(chosen, day, tours.Tours[day]) is { } order) tours.Tours[day] = order;
        return new PlanWriter(chosen, tours.Tours).Write(iterations);
    }

    /// <summary>The day's shortest order, unless it costs more money or walking than the limits leave.</summary>
    private static int[]? ShorterOrder(PlanModel model, int day, int[] tour)
    {
        var order = ShortestOrder.Find(model.Tours, day, tour, node => Variants(model, node));
        if (order is null) return null;
        var wishes = model.Problem.Wishes;
        var (walkBefore, fenBefore) = Effort(model, day, tour);
        var (walk, fen) = Effort(model, day, order);
        if (wishes.WalkLimitMeters is { } limit && walk > Math.Max(limit, walkBefore)) return null;
        return wishes.BudgetFen is not null && fen > fenBefore ? null : order;
    }

    /// <summary>The same stop in another of its windows, or after dark instead of before; never the other way
    /// round.</summary>
    private static int[] Variants(PlanModel model, int node)
    {
        var option = model.Options[node];
        if (option.Place < 0) return [node];
        return [.. Enumerable.Range(0, model.Options.Length).Where(other => model.Options[other] is var variant
            && variant.Place == option.Place && variant.Break == option.Break
            && (variant.AfterDark || !option.AfterDark))];
    }

    private static (int Walk, long Fen) Effort(PlanModel model, int day, int[] tour)
    {
        var (here, walk, fen, rides) = (model.Problem.Days[day].StartPoint, 0, 0L, 0);
        foreach (var point in tour.Select(model.PointOf).Append(model.Problem.Days[day].EndPoint))
        {
            walk += model.Legs.WalkMeters(here, point);
            fen += model.Legs.Fen(here, point);
            if (model.Legs.Mode(here, point) == TravelMode.Ebike) rides++;
            here = point;
        }
        return (walk, fen + (rides > 0 ? (long)model.Problem.Travel.EbikeDayFen * model.Legs.Riders : 0));
    }
}
