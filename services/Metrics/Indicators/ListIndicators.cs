using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Metrics.Indicators;

/// <summary>The same figure over another period, and how far the present one is from it.</summary>
/// <param name="Change">(now − then) ÷ then; null where there is nothing to compare.</param>
public sealed record ComparisonResponse(Period Period, double? Value, long N, double? Change);

/// <param name="Simulated">Made-up facts stand behind the figure: it proves nothing.</param>
public sealed record IndicatorResponse(
    string Id, Words Name, Words Description, string Unit, string Formula, IReadOnlyList<string> By, Period Period,
    double? Value, long? Numerator, long? Denominator, long N, double? Coverage, Interval? Interval, bool Simulated,
    ComparisonResponse? Previous, ComparisonResponse? LastYear, ComparisonResponse? Baseline);

/// <summary>An indicator's figures over a period and over those it is compared with.</summary>
internal sealed record Compared(
    Sums Now, Sums Previous, Sums LastYear, Sums? Baseline, (bool Within, bool UpTo) Simulated)
{
    public static async Task<Compared> ReadAsync(
        IndicatorReader reader, IReadOnlyCollection<string> measures, Period period, Period? baseline,
        CancellationToken cancellation) => new(
        await reader.TotalsAsync(measures, period, cancellation),
        await reader.TotalsAsync(measures, period.Previous, cancellation),
        await reader.TotalsAsync(measures, period.LastYear, cancellation),
        baseline is null ? null : await reader.TotalsAsync(measures, baseline, cancellation),
        await reader.SimulatedAsync(period, cancellation));

    public IndicatorResponse Of(Indicator indicator)
    {
        var figure = indicator.Definition.Compute(Now);
        return new(
            indicator.Id, indicator.Name, indicator.Description, indicator.Unit, indicator.Formula, indicator.By,
            Now.Period, figure.Value, figure.Numerator, figure.Denominator, figure.N, figure.Coverage,
            figure is { IsRate: true, Numerator: { } part, Denominator: { } whole } ? Wilson.Of(part, whole) : null,
            indicator.Definition.Standing ? Simulated.UpTo : Simulated.Within,
            With(Previous)!, With(LastYear)!, With(Baseline));

        ComparisonResponse? With(Sums? other)
        {
            if (other is null) return null;
            var then = indicator.Definition.Compute(other);
            return new(other.Period, then.Value, then.N,
                figure.Value is { } now && then.Value is { } was && was != 0 ? (now - was) / was : null);
        }
    }
}

internal static class ListIndicators
{
    public static async Task<Results<Ok<IReadOnlyList<IndicatorResponse>>, ProblemHttpResult>> Handle(
        DateOnly from, DateOnly to, DateOnly? baselineFrom, DateOnly? baselineTo, IndicatorReader reader,
        CancellationToken cancellation)
    {
        var period = new Period(from, to);
        if (period.Fault is { } fault) return Problems.Invalid("to", fault);
        var baseline = baselineFrom is { } since && baselineTo is { } until ? new Period(since, until) : null;
        if (baseline?.Fault is { } baselineFault) return Problems.Invalid("baselineTo", baselineFault);

        var compared = await Compared.ReadAsync(
            reader, IndicatorCatalogue.Measures, period, baseline, cancellation);
        return TypedResults.Ok<IReadOnlyList<IndicatorResponse>>([.. IndicatorCatalogue.All.Select(compared.Of)]);
    }
}
