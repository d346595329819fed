namespace Jingdezhen.Tourism.Routes.Planning.Tours;

/// <summary>
/// A team orienteering problem with time windows (TOPTW; Vansteenwegen, Souffriau, Van Oudheusden 2011; Gavalas et al.
/// 2014) as plain arrays: choose and order nodes over several days so that the collected score is greatest.
/// Times are integers of any unit; all arrays are indexed by node. Nodes 0..<see cref="Nodes"/>−1 may be visited at
/// most once; behind them stand the two ends of every day, see <see cref="StartOf"/> and <see cref="EndOf"/>.
/// </summary>
internal sealed class TourProblem
{
    public required int Nodes { get; init; }
    public required int Days { get; init; }

    /// <summary>Travel time from row to column, <see cref="Size"/> × <see cref="Size"/>, row by row.</summary>
    public required int[] Travel { get; init; }

    /// <summary>What a visit earns.</summary>
    public required int[] Score { get; init; }

    /// <summary>Length of a visit; 0 for the ends of a day.</summary>
    public required int[] Duration { get; init; }

    /// <summary>Earliest start of a visit, by day and node; at a day's start node the time at which the day
    /// begins.</summary>
    public required int[][] Opens { get; init; }

    /// <summary>Latest start of a visit, by day and node; below <see cref="Opens"/> on a closed day.</summary>
    public required int[][] Closes { get; init; }

    public int Size => Nodes + (2 * Days);

    public int StartOf(int day) => Nodes + (2 * day);

    public int EndOf(int day) => Nodes + (2 * day) + 1;
}
