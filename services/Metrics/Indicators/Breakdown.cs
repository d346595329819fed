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

        return breakdown.IsPersonal(indicator) && breakdown.Grain.Name is ("day" or "week")
            ? new Refusal("invalid", "What tells what people are is told of months and years only.")
            : breakdown;
    }

    /// <summary>Supply counts rooms, routes and businesses; everything else counts people.</summary>
    public bool NeedsAnonymity(Indicator indicator) =>
        IsPersonal(indicator) || (indicator.Confidential && Dimension.Length > 0)
        || (Dimensions.NeedsAnonymity(Dimension) && !indicator.Definition.Standing);

    /// <summary>Whether its parts tell what people are: then only of whole months.</summary>
    public bool IsPersonal(Indicator indicator) => indicator.Personal || Dimensions.IsPersonal(Dimension);

    public static IReadOnlyList<PartResponse> Tell(
        Indicator indicator, Dictionary<Part, Sums> parts, Func<Part, bool> isHidden) =>
    [
        .. parts.OrderBy(part => part.Key.Start).ThenBy(part => part.Key.Key, StringComparer.Ordinal).Select(part =>
        {
            var (start, key) = part.Key;
            if (isHidden(part.Key)) return new PartResponse(start, key, null, null, null, null, null, Suppressed: true);

            var figure = indicator.Definition.Compute(part.Value);
            return new PartResponse(
                start, key, figure.Value, figure.Numerator, figure.Denominator, figure.N,
                figure is { IsRate: true, Numerator: { } some, Denominator: { } all } ? Wilson.Of(some, all) : null,
                Suppressed: false);
        }),
    ];
}
