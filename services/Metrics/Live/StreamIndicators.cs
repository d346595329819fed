using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Metrics.Live;

public sealed record LiveFigure(string Id, double? Value, long N);

/// <param name="Simulated">Made-up facts stand behind some of the figures.</param>
public sealed record LiveFigures(Period Period, bool Simulated, IReadOnlyList<LiveFigure> Figures);

/// <summary>
/// Today's figures as server-sent events: at once, then whenever one changed. It looks at the cells every 300 ms, so
/// any number of replicas tell the same, and a figure is told within a second of its event.
/// </summary>
internal static class StreamIndicators
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);
    private static readonly SemaphoreSlim Places = new(MostReaders);
    private const int MostReaders = 50;

    public static void MapLive(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/live", Handle).RequireAuthorization(Roles.Admin).WithTags("Live").WithName("StreamIndicators");

    private static Results<ServerSentEventsResult<LiveFigures>, ProblemHttpResult> Handle(
        IServiceScopeFactory scopes, TimeProvider clock, CancellationToken cancellation) =>
        Places.Wait(0, cancellation)
            ? TypedResults.ServerSentEvents(FiguresAsync(scopes, clock, cancellation))
            : TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable);

    private static async IAsyncEnumerable<SseItem<LiveFigures>> FiguresAsync(
        IServiceScopeFactory scopes, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            LiveFigures? told = null;
            using var timer = new PeriodicTimer(Look);
            do
            {
                var now = await ReadAsync(scopes, clock, cancellation);
                if (told is not null && told.Period == now.Period && told.Figures.SequenceEqual(now.Figures)) continue;

                told = now;
                yield return new(now, "indicators");
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        finally
        {
            Places.Release();
        }
    }

    private static async Task<LiveFigures> ReadAsync(
        IServiceScopeFactory scopes, TimeProvider clock, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var reader = scope.ServiceProvider.GetRequiredService<IndicatorReader>();
        var today = Calendar.DayOf(clock.GetUtcNow());
        var period = new Period(today, today.AddDays(1));
        var sums = await reader.TotalsAsync(IndicatorCatalogue.Measures, period, cancellation);
        var simulated = await reader.SimulatedAsync(period, cancellation);
        return new(period, simulated.UpTo,
        [
            .. IndicatorCatalogue.All.Where(indicator => !indicator.Personal)
                .Select(indicator => (indicator.Id, Figure: indicator.Definition.Compute(sums)))
                .Select(one => new LiveFigure(one.Id, one.Figure.Value, one.Figure.N)),
        ]);
    }
}
