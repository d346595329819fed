namespace Jingdezhen.Tourism.Metrics.Claims;

/// <summary>Whether the platform's figure agrees with the paper's, as "How the figures count" (README) decides
/// it.</summary>
internal static class Verdict
{
    public const string Reproduced = "reproduced";
    public const string Differs = "differs";
    public const string NotComparable = "not-comparable";
    public const string OddClaim = "odd";
    public const string SimulatedFigure = "simulated";

    private const double Tolerance = 0.02;
    private const long FewestCases = 100;
    private const double LeastCoverage = 0.5;

    public static string Of(double? paper, double? live, long n, double? coverage, bool odd, bool simulated,
        bool comparable = true) =>
        simulated ? SimulatedFigure
        : odd ? OddClaim
        : !comparable || paper is null || live is null || n < FewestCases || coverage is null or < LeastCoverage
            ? NotComparable
        : Math.Abs(live.Value - paper.Value) <= Tolerance * Math.Abs(paper.Value) ? Reproduced
        : Differs;
}
