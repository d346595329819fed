namespace Jingdezhen.Tourism.Routes.Planning.Tours;

/// <summary>
/// The weights of the search. The defaults come from a grid search over the public sets (tests/Benchmarks), with no
/// regard to single instances; see there for the figures.
/// </summary>
internal sealed record TourSettings
{
    /// <summary>First temperature of the annealing, as a share of the mean score of a node.</summary>
    public double Hot { get; init; } = 1;

    /// <summary>Last temperature, as a share of the mean score of a node.</summary>
    public double Cold { get; init; } = 0.25;

    /// <summary>Longest string of consecutive visits removed.</summary>
    public int LongestString { get; init; } = 10;

    /// <summary>One feasible insertion in so many is passed over.</summary>
    public int BlinkEvery { get; init; } = 100;

    /// <summary>What time left over is worth in the energy, as a share of the mean score per time.</summary>
    public double SpareTime { get; init; } = 0.3;

    /// <summary>How often a string, neighbouring strings of several days, a neighbourhood is the ruin; else a visit is
    /// forced in.</summary>
    public double StringShare { get; init; } = 0.2;
    public double StringsShare { get; init; } = 0.4;
    public double NeighbourShare { get; init; } = 0.1;

    /// <summary>In how many days at most neighbouring strings are cut.</summary>
    public int MostStrings { get; init; } = 3;

    public double Noise { get; init; } = 0.3;

    /// <summary>How often what was left out is tried only at and near the places of the ruin, and how near.</summary>
    public double Nearby { get; init; } = 0.7;
    public int Margin { get; init; } = 4;

    /// <summary>How many neighbours of each place of the ruin are tried then.</summary>
    public int NearbyNodes { get; init; } = 25;
}

/// <summary>When to stop: after a time, after a number of iterations (then the result depends on the seed only), or
/// when everything has been collected. The clock may be another than the wall's, such as a thread's own time.</summary>
internal readonly record struct TourBudget(
    TimeSpan Time, long Iterations = long.MaxValue, TimeProvider? OtherClock = null)
{
    public TimeProvider Clock => OtherClock ?? TimeProvider.System;

    public static TourBudget Of(int milliseconds) => new(TimeSpan.FromMilliseconds(milliseconds));

    public static TourBudget OfIterations(long iterations) => new(Timeout.InfiniteTimeSpan, iterations);
}
