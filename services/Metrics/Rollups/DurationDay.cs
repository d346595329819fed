namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>
/// How long the cases of one day took, for one measure and one value of one dimension. Whole seconds hardly ever meet
/// twice: a cell for each would be a row a case, and a percentile over a year would read all of them. Kept by adding at
/// the end, so that it may be repaired while cases go on arriving, as cells are.
/// </summary>
internal sealed class DurationDay
{
    /// <summary>The measures that are kept so, and have no cells.</summary>
    public static readonly string[] Measures =
        [Rollups.Measures.SecondsToAccept, Rollups.Measures.SecondsToDecide, Rollups.Measures.SecondsToPay];

    public required string Measure { get; init; }

    /// <summary>Empty for the total, else <c>county</c>, <c>category</c>, <c>merchant</c> …</summary>
    public required string Dimension { get; init; }

    public required string Key { get; init; }

    /// <summary>The day in Asia/Shanghai.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>One number a case, in no order; the complement (<c>~</c>) of one that was taken back.</summary>
    public required int[] Seconds { get; init; }

    public static int Write(int seconds, long times) => times > 0 ? seconds : ~seconds;

    public static (int Seconds, int Times) Read(int written) => written < 0 ? (~written, -1) : (written, 1);
}
