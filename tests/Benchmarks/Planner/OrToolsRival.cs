using Google.OrTools.ConstraintSolver;
using Google.Protobuf.WellKnownTypes;

namespace Jingdezhen.Tourism.Benchmarks.Planner;

/// <summary>The same problem for OR-Tools' routing library: guided local search, a disjunction for every
/// place.</summary>
internal static class OrToolsRival
{
    public static (IReadOnlyList<int[]> Tours, int Score) Solve(Instance instance, int days, int milliseconds)
    {
        var vertices = instance.Vertices;
        var problem = instance.ToProblem(days);
        var nodes = problem.Nodes;
        int Node(int vertex) => vertex == 0 ? nodes : vertex - 1;

        using var manager = new RoutingIndexManager(vertices.Length, days, 0);
        using var routing = new RoutingModel(manager);
        var transit = new long[vertices.Length, vertices.Length];
        for (var i = 0; i < vertices.Length; i++)
            for (var j = 0; j < vertices.Length; j++)
                transit[i, j] = problem.Duration[Node(i)] + problem.Travel[(Node(i) * problem.Size) + Node(j)];
        var callback = routing.RegisterTransitCallback((from, to) =>
            transit[manager.IndexToNode(from), manager.IndexToNode(to)]);
        // Only the score counts, as in the problem; the travel does not.
        routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitCallback((_, _) => 0));
        var horizon = problem.Closes[0][nodes];
        routing.AddDimension(callback, horizon, horizon, false, "time");
        var time = routing.GetDimensionOrDie("time");
        for (var vertex = 1; vertex < vertices.Length; vertex++)
        {
            var index = manager.NodeToIndex(vertex);
            routing.AddDisjunction([index], (long)vertices[vertex].Score);
            time.CumulVar(index)
                .SetRange(problem.Opens[0][vertex - 1], Math.Min(horizon, problem.Closes[0][vertex - 1]));
        }

        var parameters = operations_research_constraint_solver.DefaultRoutingSearchParameters();
        parameters.FirstSolutionStrategy = FirstSolutionStrategy.Types.Value.ParallelCheapestInsertion;
        parameters.LocalSearchMetaheuristic = LocalSearchMetaheuristic.Types.Value.GuidedLocalSearch;
        parameters.TimeLimit = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(milliseconds));
        using var solution = routing.SolveWithParameters(parameters);
        if (solution is null) return ([], 0);

        var tours = new List<int[]>();
        for (var day = 0; day < days; day++)
        {
            var tour = new List<int>();
            for (var index = solution.Value(routing.NextVar(routing.Start(day))); !routing.IsEnd(index);
                index = solution.Value(routing.NextVar(index)))
                tour.Add(manager.IndexToNode(index));
            tours.Add([.. tour]);
        }
        return (tours, tours.Sum(tour => tour.Sum(vertex => (int)vertices[vertex].Score)));
    }
}
