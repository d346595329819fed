using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Metrics.Indicators;

public sealed record IndicatorResponse(
    string Id, Words Name, Words Description, string Unit, string Formula, Period Period, double? Value, long? Numerator,
    long? Denominator, long N, double? Coverage, bool Simulated)
{
    internal static IndicatorResponse Of(Indicator indicator, Period period, Sums sums)
    {
        var figure = indicator.Definition.Compute(sums);
        return new(
            indicator.Id, indicator.Name, indicator.Description, indicator.Unit, indicator.Formula, period, figure.Value,
            figure.Numerator, figure.Denominator, figure.N, figure.Coverage, Simulated: sums[Measures.Simulated] > 0);
    }
}

internal static class ListIndicators
{
    public static async Task<Results<Ok<IReadOnlyList<IndicatorResponse>>, ProblemHttpResult>> Handle(
        DateOnly from, DateOnly to, IndicatorReader reader, CancellationToken cancellation)
    {
        var period = new Period(from, to);
        if (period.Fault is { } fault) return Problems.Invalid("to", fault);

        var sums = await reader.TotalsAsync(period, cancellation);
        return TypedResults.Ok<IReadOnlyList<IndicatorResponse>>(
            [.. IndicatorCatalogue.All.Select(indicator => IndicatorResponse.Of(indicator, period, sums))]);
    }
}
