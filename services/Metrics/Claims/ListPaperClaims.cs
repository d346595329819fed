using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Metrics.Claims;

/// <param name="Live">The platform's own figure; where it is a change, against <paramref name="ComparedWith"/>.</param>
/// <param name="Verdict">reproduced, differs, not-comparable, odd or simulated.</param>
/// <param name="Over">The whole months that it tells of, where it tells what people are.</param>
public sealed record ClaimFigureResponse(
    string IndicatorId, Words Name, string Formula, string Unit, string Aspect, string Dimension, string Key,
    double? Paper,
    double? Live, long N, double? Coverage, Interval? Interval, Period? ComparedWith, string Verdict,
    Period? Over = null);

/// <param name="Arithmetic">Where the claim does not add up: why.</param>
public sealed record ClaimResponse(
    string Id, string Section, string Sentence, string Kind, string OwnFigure, Period Period, bool Simulated,
    string? Arithmetic, IReadOnlyList<ClaimFigureResponse> Figures);

internal static class ListPaperClaims
{
    private const int DefaultDays = 365;
    private const long DefaultFundFen = 20_000_000_000;

    public static void MapPaperClaims(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/paper-claims", Handle).RequireAuthorization(Roles.Admin).WithTags("Paper claims")
            .WithName("ListPaperClaims");

    public static async Task<Results<Ok<IReadOnlyList<ClaimResponse>>, ProblemHttpResult>> Handle(
        DateOnly? from, DateOnly? to, DateOnly? baselineFrom, DateOnly? baselineTo, IndicatorReader reader,
        IConfiguration configuration, TimeProvider clock, CancellationToken cancellation)
    {
        var end = to ?? Rollups.Calendar.DayOf(clock.GetUtcNow()).AddDays(1);
        var period = new Period(from ?? end.AddDays(-DefaultDays), end);
        if (period.Fault is { } fault) return Problems.Invalid("to", fault);
        var baseline = baselineFrom is { } since && baselineTo is { } until ? new Period(since, until)
            : period.LastYear;
        if (baseline.Fault is { } baselineFault) return Problems.Invalid("baselineTo", baselineFault);

        var fund = configuration.GetValue("Fund:OpeningFen", DefaultFundFen);
        var simulatedNow = await reader.SimulatedAsync(period, cancellation);
        var simulatedThen = await reader.SimulatedAsync(baseline, cancellation);
        var sums = new Dictionary<(Period, string, string), Sums>();
        var claims = new List<ClaimResponse>();
        foreach (var claim in Paper.Claims)
        {
            var figures = new List<ClaimFigureResponse>();
            foreach (var measured in MeasuredClaims.ById.GetValueOrDefault(claim.Id, []))
            {
                figures.Add(await MeasureAsync(claim, measured));
            }

            claims.Add(new(
                claim.Id, claim.Section, claim.Sentence, claim.Kind, claim.OwnFigure, period, simulatedNow.Within,
                MeasuredClaims.Odd.GetValueOrDefault(claim.Id), figures));
        }

        return TypedResults.Ok<IReadOnlyList<ClaimResponse>>(claims);

        async Task<ClaimFigureResponse> MeasureAsync(Claim claim, Measured measured)
        {
            var indicator = IndicatorCatalogue.Find(measured.Indicator)!;
            var personal = indicator.Personal ? await reader.PersonalAsync(indicator, period, cancellation) : null;
            var now = indicator.Definition.Compute(personal ?? await SumsAsync(
                period, measured.Aspect == Aspect.Parts ? measured with { Dimension = "" } : measured));
            var hidden = await IsHiddenAsync(indicator, measured, personal);
            if (hidden) now = now with { Numerator = null, Denominator = null, Coverage = null };
            var live = hidden ? null : now.Value + (measured.Plus ? fund : 0);
            var n = hidden ? 0 : now.N;
            var simulated = indicator.Definition.Standing ? simulatedNow.UpTo : simulatedNow.Within;
            if (measured.Aspect == Aspect.Change)
            {
                var then = indicator.Definition.Compute(await SumsAsync(baseline, measured));
                live = now.Value is { } present && then.Value is { } past && past != 0 ? (present - past) / past : null;
                n = Math.Min(now.N, then.N);
                simulated |= simulatedThen.Within;
            }

            if (measured.Aspect == Aspect.Parts)
            {
                var parts = await reader.PartsAsync(
                    indicator.Definition.Measures, period, measured.Dimension, Grain.None, cancellation);
                live = parts.Values.Count(part => indicator.Definition.Compute(part).Value > 0);
            }

            return new(
                indicator.Id, indicator.Name, indicator.Formula, indicator.Unit,
                measured.Aspect switch { Aspect.Change => "change", Aspect.Parts => "number of parts", _ => "value" },
                measured.Dimension, measured.Key, measured.PaperValue,
                live, n, now.Coverage,
                measured.Aspect == Aspect.Value && now is { IsRate: true, Numerator: { } part, Denominator: { } whole }
                    ? Wilson.Of(part, whole) : null,
                measured.Aspect == Aspect.Change ? baseline : null,
                Verdict.Of(
                    measured.PaperValue, live, n, now.Coverage, claim.IsOdd, simulated,
                    measured.Over?.Holds(personal?.Period ?? period) ?? true),
                personal?.Period);
        }

        async Task<bool> IsHiddenAsync(Indicator indicator, Measured measured, Sums? personal)
        {
            if (indicator.Personal) return personal is null;
            var by = new Breakdown(Grain.None, measured.Dimension);
            return by.NeedsAnonymity(indicator)
                && (await reader.TellAsync(indicator, period, by, cancellation, measured.Key))
                    .Any(part => part.Suppressed);
        }

        async Task<Sums> SumsAsync(Period of, Measured measured)
        {
            var key = (of, measured.Dimension, measured.Key);
            return sums.TryGetValue(key, out var known) ? known
                : sums[key] = await reader.TotalsAsync(
                    IndicatorCatalogue.Measures, of, cancellation, measured.Dimension, measured.Key);
        }
    }
}
