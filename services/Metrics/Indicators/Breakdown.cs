using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Metrics.Indicators;

/// <param name="Start">First day of the stretch; the period's own where time is not divided.</param>
/// <param name="Key">The dimension's value; empty where there is none.</param>
/// <param name="Suppressed">Fewer than five people stand behind it, or it would tell such a number by
/// subtraction.</param>
public sealed record PartResponse(
    DateOnly Start, string Key, double? Value, long? Numerator, long? Denominator, long? N, Interval? Interval,
    bool Suppressed);

/// <summary>By what a reader wants an indicator told apart: at most one division of time and one dimension.</summary>
internal sealed record Breakdown(Grain Grain, string Dimension)
{
    private const int FewestPeople = 5;

    public static readonly Breakdown None = new(Grain.None, Dimensions.Total);

    public bool IsNone => this == None;

    public static Decision<Breakdown> Parse(string? by, Indicator indicator)
    {
        var breakdown = None;
        foreach (var word in (by ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Grain.All.FirstOrDefault(grain => grain.Name == word) is { } found && breakdown.Grain == Grain.None)
            {
                breakdown = breakdown with { Grain = found };
            }
            else if (indicator.By.Contains(word) && breakdown.Dimension.Length == 0)
            {
                breakdown = breakdown with { Dimension = word };
            }
            else
            {
                var known = string.Join(", ", [.. Grain.All.Select(grain => grain.Name), .. indicator.By]);
                return new Refusal("invalid", $"'{word}' is not possible here; one of time and one other of: {known}.");
            }
        }

        return breakdown;
    }

    /// <summary>Supply counts rooms, routes and businesses; everything else counts people.</summary>
    public bool NeedsAnonymity(Indicator indicator) =>
        Dimensions.NeedsAnonymity(Dimension) && !indicator.Definition.Standing;

    public static bool IsTooFew(string dimension, long n) =>
        Dimensions.NeedsAnonymity(dimension) && n is > 0 and < FewestPeople;

    public IReadOnlyList<PartResponse> Tell(Indicator indicator, Dictionary<Part, Sums> parts)
    {
        var ordered = parts.OrderBy(part => part.Key.Start).ThenBy(part => part.Key.Key, StringComparer.Ordinal);
        var told = ordered.Select(part =>
        {
            var figure = indicator.Definition.Compute(part.Value);
            return new PartResponse(
                part.Key.Start, part.Key.Key, figure.Value, figure.Numerator, figure.Denominator, figure.N,
                figure is { IsRate: true, Numerator: { } some, Denominator: { } all } ? Wilson.Of(some, all) : null,
                Suppressed: false);
        }).ToList();
        return NeedsAnonymity(indicator) ? [.. told.GroupBy(part => part.Start).SelectMany(Anonymise)] : told;
    }

    /// <summary>
    /// Hides every cell of one to four people. A single hidden cell could be had by subtraction from the total, so then
    /// the next smallest is hidden with it.
    /// </summary>
    internal static IEnumerable<PartResponse> Anonymise(IEnumerable<PartResponse> stretch)
    {
        var parts = stretch.ToList();
        var hidden = parts.Where(part => part.N is > 0 and < FewestPeople).ToHashSet();
        var next = parts.Where(part => part.N >= FewestPeople).MinBy(part => part.N);
        if (hidden.Count == 1 && next is not null) hidden.Add(next);
        return parts.Select(part => hidden.Contains(part)
            ? new PartResponse(part.Start, part.Key, null, null, null, null, null, Suppressed: true)
            : part);
    }
}
