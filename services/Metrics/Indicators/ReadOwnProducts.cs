using System.Security.Claims;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using M = Jingdezhen.Tourism.Metrics.Rollups.Measures;

namespace Jingdezhen.Tourism.Metrics.Indicators;

/// <summary>What a merchant may know of one of its products; nothing of anybody else's.</summary>
/// <param name="Simulated">Made-up facts lie in the period: the figures prove nothing.</param>
public sealed record ProductFiguresResponse(
    string ProductId, long Bookings, long Visitors, long RevenueFen, long Confirmed, long Cancelled, long Visits,
    long Complaints, long SurveysAnswered, long SurveysSatisfied, bool Simulated);

internal static class ReadOwnProducts
{
    private static readonly string[] Measured =
    [
        M.Bookings, M.Visitors, M.Revenue, M.Confirmed, M.Cancelled, M.Visits, M.Complaints, M.SurveysAnswered,
        M.SurveysSatisfied,
    ];

    public static async Task<Results<
        Ok<IReadOnlyList<ProductFiguresResponse>>, ForbidHttpResult, ProblemHttpResult>> Handle(
        DateOnly from, DateOnly to, ClaimsPrincipal user, IndicatorReader reader, CancellationToken cancellation)
    {
        if (user.MerchantId() is not { } merchant) return TypedResults.Forbid();
        var period = new Period(from, to);
        if (period.Fault is { } fault) return Problems.Invalid("to", fault);

        // Every key of the merchant's lies between "id/" and "id0", the character after the slash.
        var parts = await reader.PartsAsync(
            Measured, period, Dimensions.MerchantProduct, Grain.None, cancellation, $"{merchant}/", $"{merchant}0");
        var (simulated, _) = await reader.SimulatedAsync(period, cancellation);
        return TypedResults.Ok<IReadOnlyList<ProductFiguresResponse>>(
        [
            .. parts.OrderBy(part => part.Key.Key, StringComparer.Ordinal).Select(part => new ProductFiguresResponse(
                part.Key.Key[(part.Key.Key.IndexOf('/', StringComparison.Ordinal) + 1)..], part.Value[M.Bookings],
                part.Value[M.Visitors], part.Value[M.Revenue], part.Value[M.Confirmed], part.Value[M.Cancelled],
                part.Value[M.Visits], part.Value[M.Complaints], part.Value[M.SurveysAnswered],
                part.Value[M.SurveysSatisfied], simulated)),
        ]);
    }
}
