using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Metrics.Indicators;

internal static class ReadIndicator
{
    public static async Task<Results<Ok<IndicatorResponse>, NotFound, ProblemHttpResult>> Handle(
        string id, DateOnly from, DateOnly to, IndicatorReader reader, CancellationToken cancellation)
    {
        if (IndicatorCatalogue.Find(id) is not { } indicator) return TypedResults.NotFound();

        var period = new Period(from, to);
        if (period.Fault is { } fault) return Problems.Invalid("to", fault);

        return TypedResults.Ok(IndicatorResponse.Of(indicator, period, await reader.TotalsAsync(period, cancellation)));
    }
}
