using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Metrics.Indicators;

/// <summary>The same figure over another period, and how far the present one is from it.</summary>
/// <param name="Change">(now − then) ÷ then; null where there is nothing to compare.</param>
/// <param name="Simulated">Made-up facts stand behind the other figure: the change proves nothing.</param>
public sealed record ComparisonResponse(Period Period, double? Value, long N, double? Change, bool Simulated);

/// <param name="Period">Of an indicator that tells what people are, the whole months in the period asked for.</param>
/// <param name="Simulated">Made-up facts stand behind the figure: it proves nothing.</param>
/// <param name="Suppressed">It would tell of fewer than five people in one of its months.</param>
public sealed record IndicatorResponse(
    string Id, Words Name, Words Description, string Unit, string Formula, IReadOnlyList<string> By, Period Period,
    double? Value, long? Numerator, long? Denominator, long N, double? Coverage, Interval? Interval, bool Simulated,
    ComparisonResponse? Previous, ComparisonResponse? LastYear, ComparisonResponse? Baseline, bool Suppressed = false);

/// <summary>An indicator's figures over a period and over those it is compared with.</summary>
internal sealed record Compared(
    Compared.Seen Now, Compared.Seen Previous, Compared.Seen LastYear, Compared.Seen? Baseline)
{
    /// <param name="Personal">Of indicators that tell what people are: what may be told of them, if anything.</param>
    internal sealed record Seen(
        Sums Sums, (bool Within, bool UpTo) Simulated, IReadOnlyDictionary<string, Sums?> Personal)
    {
        private static readonly Figure Hidden = new(null, null, null, 0, null, IsRate: false);

        public (Period Period, Figure Figure, bool Suppressed) Of(Indicator indicator)
        {
            var sums = indicator.Personal ? Personal[indicator.Id] : Sums;
            return sums is null ? (Sums.Period, Hidden, true)
                : (sums.Period, indicator.Definition.Compute(sums), false);
        }

        public bool IsSimulated(Indicator indicator) =>
            indicator.Definition.Standing ? Simulated.UpTo : Simulated.Within;
    }

    public static async Task<Compared> ReadAsync(
        IndicatorReader reader, IReadOnlyCollection<Indicator> indicators, Period period, Period? baseline,
        CancellationToken cancellation)
    {
        string[] measures = [.. indicators.SelectMany(indicator => indicator.Definition.Measures).Distinct()];
        return new(
            await SeeAsync(period), await SeeAsync(period.Previous), await SeeAsync(period.LastYear),
            baseline is null ? null : await SeeAsync(baseline));

        async Task<Seen> SeeAsync(Period of)
        {
            var personal = new Dictionary<string, Sums?>();
            foreach (var indicator in indicators.Where(indicator => indicator.Personal))
            {
                personal[indicator.Id] = await reader.PersonalAsync(indicator, of, cancellation);
            }

            return new(
                await reader.TotalsAsync(measures, of, cancellation), await reader.SimulatedAsync(of, cancellation),
                personal);
        }
    }

    public IndicatorResponse Of(Indicator indicator)
    {
        var (period, figure, suppressed) = Now.Of(indicator);
        return new(
            indicator.Id, indicator.Name, indicator.Description, indicator.Unit, indicator.Formula, indicator.By,
            period, figure.Value, figure.Numerator, figure.Denominator, figure.N, figure.Coverage,
            figure is { IsRate: true, Numerator: { } part, Denominator: { } whole } ? Wilson.Of(part, whole) : null,
            Now.IsSimulated(indicator), With(Previous)!, With(LastYear)!, With(Baseline), suppressed);

        ComparisonResponse? With(Seen? other)
        {
            if (other is null) return null;
            var (of, then, _) = other.Of(indicator);
            return new(of, then.Value, then.N,
                figure.Value is { } now && then.Value is { } was && was != 0 ? (now - was) / was : null,
                other.IsSimulated(indicator));
        }
    }
}

internal static class ListIndicators
{
    public static async Task<Results<
        Ok<IReadOnlyList<IndicatorResponse>>, FileContentHttpResult, ProblemHttpResult>> Handle(
        DateOnly from, DateOnly to, DateOnly? baselineFrom, DateOnly? baselineTo, string? format,
        IndicatorReader reader, CancellationToken cancellation)
    {
        var period = new Period(from, to);
        if (period.Fault is { } fault) return Problems.Invalid("to", fault);
        var baseline = baselineFrom is { } since && baselineTo is { } until ? new Period(since, until) : null;
        if (baseline?.Fault is { } baselineFault) return Problems.Invalid("baselineTo", baselineFault);

        if (format is not (null or "json" or "csv" or "xlsx")) return Problems.Invalid("format", "json, csv or xlsx.");

        var compared = await Compared.ReadAsync(reader, IndicatorCatalogue.All, period, baseline, cancellation);
        IReadOnlyList<IndicatorResponse> figures = [.. IndicatorCatalogue.All.Select(compared.Of)];
        return format switch
        {
            "csv" => Table.Of(figures).AsCsv("indicators.csv"),
            "xlsx" => Table.Of(figures).AsWorkbook("indicators.xlsx"),
            _ => TypedResults.Ok(figures),
        };
    }
}
