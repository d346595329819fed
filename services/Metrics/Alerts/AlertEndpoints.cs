using System.ComponentModel.DataAnnotations;
using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Alerts;

/// <param name="Direction">above or below: which side of the threshold is the bad one.</param>
/// <param name="ClearAt">Where a raised alert is cleared; on the good side of the threshold, or equal to it.</param>
public sealed record SetAlertRequest(
    [Required] string IndicatorId, [Range(1, 366)] int Days,
    [Required, RegularExpression("above|below")] string Direction,
    double Threshold, double ClearAt, [Range(1, 1_000_000)] long FewestCases);

/// <param name="Simulated">Made-up facts stand behind the figure that it looks at now.</param>
public sealed record AlertResponse(
    Guid Id, string IndicatorId, int Days, string Direction, double Threshold, double ClearAt, long FewestCases,
    bool IsRaised,
    DateTimeOffset? ChangedAt, bool Simulated)
{
    internal static AlertResponse Of(Alert alert, bool simulated) => new(
        alert.Id, alert.IndicatorId, alert.Days, alert.IsAbove ? "above" : "below", alert.Threshold, alert.ClearAt,
        alert.FewestCases, alert.IsRaised, alert.ChangedAt, simulated);
}

internal static class AlertEndpoints
{
    private const int Most = 100;

    public static void MapAlerts(this IEndpointRouteBuilder v1)
    {
        var alerts = v1.MapGroup("/indicator-alerts").RequireAuthorization(Roles.Admin).WithTags("Alerts");
        alerts.MapGet("/", ListAsync).WithName("ListAlerts");
        alerts.MapPost("/", SetAsync).RequireIdempotencyKey().WithName("SetAlert");
        alerts.MapDelete("/{id:guid}", RemoveAsync).WithName("RemoveAlert");
    }

    private static async Task<Ok<IReadOnlyList<AlertResponse>>> ListAsync(
        MetricsDb db, IndicatorReader reader, TimeProvider clock, CancellationToken cancellation)
    {
        var alerts = await db.Alerts.AsNoTracking().OrderBy(alert => alert.Id).Take(Most).ToListAsync(cancellation);
        var told = new List<AlertResponse>();
        foreach (var alert in alerts) told.Add(await TellAsync(alert, reader, clock, cancellation));
        return TypedResults.Ok<IReadOnlyList<AlertResponse>>(told);
    }

    private static async Task<AlertResponse> TellAsync(
        Alert alert, IndicatorReader reader, TimeProvider clock, CancellationToken cancellation)
    {
        var tomorrow = Calendar.DayOf(clock.GetUtcNow()).AddDays(1);
        var period = new Period(tomorrow.AddDays(-alert.Days), tomorrow);
        return AlertResponse.Of(alert, IndicatorCatalogue.Find(alert.IndicatorId) is { } indicator
            && await reader.IsSimulatedAsync(indicator, period, cancellation));
    }

    private static async Task<Results<Created<AlertResponse>, ProblemHttpResult>> SetAsync(
        SetAlertRequest request, MetricsDb db, IndicatorReader reader, TimeProvider clock,
        CancellationToken cancellation)
    {
        if (IndicatorCatalogue.Find(request.IndicatorId) is not { } indicator)
        {
            return Problems.Invalid("indicatorId", "No such indicator.");
        }

        if (indicator.Personal)
        {
            return Problems.Invalid("indicatorId", "It tells what people are, and so only of months that are over.");
        }

        var isAbove = request.Direction == "above";
        if (isAbove ? request.ClearAt > request.Threshold : request.ClearAt < request.Threshold)
        {
            return Problems.Invalid("clearAt", "It must lie on the good side of the threshold.");
        }

        if (await db.Alerts.CountAsync(cancellation) >= Most)
        {
            return Problems.Invalid("indicatorId", $"There are {Most} alerts already.");
        }

        var alert = new Alert
        {
            Id = Guid.CreateVersion7(), IndicatorId = request.IndicatorId, Days = request.Days, IsAbove = isAbove,
            Threshold = request.Threshold, ClearAt = request.ClearAt, FewestCases = request.FewestCases,
        };
        db.Add(alert);
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Created($"/v1/indicator-alerts/{alert.Id}", await TellAsync(
            alert, reader, clock, cancellation));
    }

    private static async Task<Results<NoContent, NotFound>> RemoveAsync(
        Guid id, MetricsDb db, CancellationToken cancellation) =>
        await db.Alerts.Where(alert => alert.Id == id).ExecuteDeleteAsync(cancellation) > 0
            ? TypedResults.NoContent()
            : TypedResults.NotFound();
}
