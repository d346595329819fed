namespace Jingdezhen.Tourism.Routes.Planning.Tours;

/// <summary>When a node may be started on a day, the least travel to it, and the least time from its start to the
/// next: what rules it out at once, in one line of the cache.</summary>
internal readonly record struct NodeTimes(int Opens, int Closes, int Inbound, int Least);

/// <summary>What all tours of a problem share and nobody changes.</summary>
internal sealed class TourTables
{
    /// <summary>Farther than any time of a problem, and small enough that a few of them can be added up.</summary>
    public const int Never = int.MaxValue / 4;

    private const int Padding = 8;

    private readonly NodeTimes[] times;
    private readonly int nodes;

    public TourTables(TourProblem problem)
    {
        Problem = problem;
        nodes = problem.Nodes;
        Travel = Pinned(problem.Travel);
        TravelBack = Transposed(Travel, problem.Size);
        Symmetric = ReferenceEquals(Travel, TravelBack);
        Duration = Pinned(problem.Duration);
        Opens = [.. problem.Opens.Select(Pinned)];
        AlikeDays = AreDaysAlike(problem);
        Closes = [.. problem.Closes.Select((closes, day) =>
            Pinned([.. closes.Select((close, node) => problem.Opens[day][node] > close ? -Never : close)]))];
        ShortestStay = problem.Duration.Take(nodes).DefaultIfEmpty().Min();
        times = new NodeTimes[problem.Days * nodes];
        for (var node = 0; node < nodes; node++)
        {
            var (inbound, outbound) = (Least(TravelBack, node), Least(Travel, node));
            for (var day = 0; day < problem.Days; day++)
            {
                times[(day * nodes) + node] = new NodeTimes(problem.Opens[day][node], Closes[day][node], inbound,
                    problem.Duration[node] + outbound);
            }
        }
    }

    public TourProblem Problem { get; }

    // What is gathered from by address lies in arrays that the collector does not move.
    public int[] Travel { get; }

    /// <summary>Travel from column to row.</summary>
    public int[] TravelBack { get; }

    public bool Symmetric { get; }

    public int[] Duration { get; }

    public int[][] Opens { get; }

    /// <summary>Latest starts as in the problem, and long past on a closed day.</summary>
    public int[][] Closes { get; }

    public int ShortestStay { get; }

    /// <summary>Whether a day's tour is a tour of every other day too.</summary>
    public bool AlikeDays { get; }

    public ref readonly NodeTimes Times(int day, int node) => ref times[(day * nodes) + node];

    private int Least(int[] rows, int node)
    {
        var row = rows.AsSpan(node * Problem.Size, Problem.Size);
        var least = int.MaxValue / 8;
        for (var other = 0; other < row.Length; other++)
            if (other != node) least = Math.Min(least, row[other]);
        return least;
    }

    private static int[] Pinned(int[] values)
    {
        var pinned = GC.AllocateArray<int>(values.Length + Padding, pinned: true);
        values.CopyTo(pinned.AsSpan());
        return pinned;
    }

    private static int[] Transposed(int[] matrix, int size)
    {
        var result = GC.AllocateArray<int>(matrix.Length, pinned: true);
        for (var row = 0; row < size; row++)
            for (var column = 0; column < size; column++) result[(column * size) + row] = matrix[(row * size) + column];
        return result.AsSpan().SequenceEqual(matrix) ? matrix : result;
    }

    private static bool AreDaysAlike(TourProblem problem)
    {
        for (var day = 1; day < problem.Days; day++)
        {
            if (!Same(problem.Opens[day], problem.Opens[0])) return false;
            if (!Same(problem.Closes[day], problem.Closes[0])) return false;
            if (problem.Opens[day][problem.StartOf(day)] != problem.Opens[0][problem.StartOf(0)]
                || problem.Closes[day][problem.EndOf(day)] != problem.Closes[0][problem.EndOf(0)]) return false;
            for (var node = 0; node < problem.Nodes; node++)
            {
                if (Travel(problem.StartOf(day), node) != Travel(problem.StartOf(0), node)
                    || Travel(node, problem.EndOf(day)) != Travel(node, problem.EndOf(0))) return false;
            }
        }
        return true;

        bool Same(int[] left, int[] right) =>
            left.AsSpan(0, problem.Nodes).SequenceEqual(right.AsSpan(0, problem.Nodes));

        int Travel(int from, int to) => problem.Travel[(from * problem.Size) + to];
    }
}
