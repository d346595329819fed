namespace Jingdezhen.Tourism.Routes.Planning.Tours;

/// <summary>The tours of every day as node numbers, their value, and how many iterations they took.</summary>
internal sealed record TourResult(int[][] Tours, long Value, long Iterations);

/// <summary>The door of the engine.</summary>
internal static class TourSolver
{
    public static TourResult Solve(TourProblem problem, TourBudget budget, ulong seed, TourSettings? settings = null) =>
        Solve(problem, new ScoreOnly(problem.Score), budget, seed, settings);

    public static TourResult Solve<TRules>(
        TourProblem problem, TRules rules, TourBudget budget, ulong seed, TourSettings? settings = null)
        where TRules : struct, ITourRules
    {
        var search = new TourSearch<TRules>(problem, rules, budget, seed, settings);
        var best = search.Run();
        var tours = Enumerable.Range(0, problem.Days)
            .Select(day => best.Sequence.AsSpan((day * best.Stride) + 1, best.Length[day]).ToArray())
            .ToArray();
        return new TourResult(tours, best.Value, search.Iterations);
    }
}
