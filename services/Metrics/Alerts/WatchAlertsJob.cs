using Jingdezhen.Tourism.Contracts.Metrics.V1;
using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Alerts;

/// <summary>Looks at every alert's figure and publishes when one is raised or cleared.</summary>
internal sealed class WatchAlertsJob(IServiceScopeFactory scopes, ILogger<WatchAlertsJob> logger, TimeProvider clock)
    : RecurringJob(scopes, logger, TimeSpan.FromSeconds(5))
{
    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var db = services.GetRequiredService<MetricsDb>();
        var reader = services.GetRequiredService<IndicatorReader>();
        var tomorrow = Calendar.DayOf(clock.GetUtcNow()).AddDays(1);
        foreach (var alert in await db.Alerts.OrderBy(alert => alert.Id).Take(100).ToListAsync(stopping))
        {
            var indicator = IndicatorCatalogue.Find(alert.IndicatorId);
            if (indicator is null or { Personal: true }) continue;

            var period = new Period(tomorrow.AddDays(-alert.Days), tomorrow);
            var figure = indicator.Definition.Compute(
                await reader.TotalsAsync(indicator.Definition.Measures, period, stopping));
            if (!alert.Look(figure.Value, figure.N, clock.GetUtcNow())) continue;

            db.Publish(new IndicatorAlert(
                alert.Id, alert.IndicatorId, alert.IsRaised ? "raised" : "cleared", alert.IsAbove ? "above" : "below",
                alert.Threshold, figure.Value!.Value, figure.N, period.From, period.To,
                await reader.IsSimulatedAsync(indicator, period, stopping)));
            await db.SaveChangesAsync(stopping);
        }
    }
}
