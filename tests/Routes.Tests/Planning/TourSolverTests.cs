using Jingdezhen.Tourism.Routes.Planning.Tours;

namespace Jingdezhen.Tourism.Routes.Tests.Planning;

public sealed class TourSolverTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void A_small_town_is_solved_exactly(int seed)
    {
        var problem = Town(seed, nodes: 9, days: 1);

        var result = TourSolver.Solve(problem, TourBudget.OfIterations(3000), seed: 1);

        Assert.Equal(BestByTryingAll(problem), result.Value);
    }

    [Fact]
    public void Seed_and_iterations_decide_the_tours()
    {
        var problem = Town(seed: 5, nodes: 60, days: 3);

        var first = TourSolver.Solve(problem, TourBudget.OfIterations(2000), seed: 11);
        var second = TourSolver.Solve(problem, TourBudget.OfIterations(2000), seed: 11);

        Assert.Equal(first.Tours, second.Tours);
    }

    [Fact]
    public void The_search_allocates_nothing_while_it_runs()
    {
        var problem = Town(seed: 6, nodes: 80, days: 2);
        long Allocated(long iterations)
        {
            var budget = TourBudget.OfIterations(iterations);
            var search = new TourSearch<ScoreOnly>(problem, new ScoreOnly(problem.Score), budget, seed: 1);
            var before = GC.GetAllocatedBytesForCurrentThread();
            search.Run();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(50);

        Assert.Equal(Allocated(50), Allocated(5000));
    }

    [Fact]
    public void A_time_budget_is_kept()
    {
        var problem = Town(seed: 7, nodes: 200, days: 2);
        var clock = new SteppingClock();

        TourSolver.Solve(problem, TourBudget.Of(50) with { OtherClock = clock }, seed: 1);

        Assert.InRange(clock.Elapsed.TotalMilliseconds, 50, 52);
    }

    /// <summary>A clock that goes on by a millisecond whenever it is looked at.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        public TimeSpan Elapsed { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => (Elapsed += TimeSpan.FromMilliseconds(1)).Ticks;
    }

    private static TourProblem Town(int seed, int nodes, int days)
    {
        var random = new Random(seed);
        var size = nodes + (2 * days);
        var points = Enumerable.Range(0, size).Select(i => i < nodes ? (random.Next(100), random.Next(100)) : (50, 50))
            .ToArray();
        var travel = new int[size * size];
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++)
                travel[(i * size) + j] = (int)Math.Ceiling(
                    Math.Sqrt(Math.Pow(points[i].Item1 - points[j].Item1, 2)
                        + Math.Pow(points[i].Item2 - points[j].Item2, 2)));
        var opens = Enumerable.Range(0, size).Select(i => i < nodes ? random.Next(200) : 0).ToArray();
        var closes = opens.Select((open, i) => i < nodes ? open + random.Next(40, 150) : 400).ToArray();
        return new TourProblem
        {
            Nodes = nodes,
            Days = days,
            Travel = travel,
            Score = [.. Enumerable.Range(0, nodes).Select(_ => random.Next(1, 40))],
            Duration = [.. Enumerable.Range(0, size).Select(i => i < nodes ? 15 : 0)],
            Opens = [.. Enumerable.Repeat(opens, days)],
            Closes = [.. Enumerable.Repeat(closes, days)],
        };
    }

    private static long BestByTryingAll(TourProblem problem)
    {
        var used = new bool[problem.Nodes];
        return Extend(problem.StartOf(0), problem.Opens[0][problem.StartOf(0)]);

        long Extend(int from, int time)
        {
            var best = time
                + problem.Travel[(from * problem.Size) + problem.EndOf(0)] <= problem.Closes[0][problem.EndOf(0)]
                ? 0 : long.MinValue / 2;
            for (var node = 0; node < problem.Nodes; node++)
            {
                var start = Math.Max(time + problem.Travel[(from * problem.Size) + node], problem.Opens[0][node]);
                if (used[node] || start > problem.Closes[0][node]) continue;
                used[node] = true;
                best = Math.Max(best, problem.Score[node] + Extend(node, start + problem.Duration[node]));
                used[node] = false;
            }
            return best;
        }
    }
}
