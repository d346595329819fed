using System.Diagnostics.Metrics;
using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Platform.Hosting;

namespace Jingdezhen.Tourism.Metrics.Live;

/// <summary>The headline figures of the last thirty days as gauges, for Prometheus and whatever else reads
/// telemetry.</summary>
internal sealed class Headlines
{
    private const int Days = 30;

    private static readonly string[] Ids =
    [
        "online-share-bookings", "bookings", "visits", "revenue", "complaints", "complaint-rate", "satisfaction",
        "time-to-pay-p95", "no-show-rate", "compensation-paid",
    ];

    private static readonly string[] Measures =
        [.. Ids.SelectMany(id => IndicatorCatalogue.Find(id)!.Definition.Measures).Distinct()];

    private readonly Dictionary<string, double> _values = [];
    private bool _simulated;

    public Headlines(IMeterFactory meters)
    {
        var meter = meters.Create("Jingdezhen.Tourism.Metrics");
        foreach (var id in Ids)
        {
            meter.CreateObservableGauge($"jdz.indicator.{id.Replace('-', '_')}", () => Observe(id),
                description: $"{IndicatorCatalogue.Find(id)!.Name.En}, last {Days} days");
        }
    }

    private IEnumerable<Measurement<double>> Observe(string id)
    {
        lock (_values) return _values.TryGetValue(id, out var value) 
            ? [new(value, new KeyValuePair<string, object?>("simulated", _simulated))]
            : [];
    }

    public async Task RefreshAsync(IndicatorReader reader, DateOnly today, CancellationToken cancellation)
    {
        var period = new Period(today.AddDays(1 - Days), today.AddDays(1));
        var sums = await reader.TotalsAsync(Measures, period, cancellation);
        var (simulated, _) = await reader.SimulatedAsync(period, cancellation);
        lock (_values)
        {
            _simulated = simulated;
            foreach (var id in Ids)
            {
                if (IndicatorCatalogue.Find(id)!.Definition.Compute(sums).Value is { } value) _values[id] = value;
                else _values.Remove(id);
            }
        }
    }
}

internal sealed class RefreshHeadlinesJob(
    IServiceScopeFactory scopes, ILogger<RefreshHeadlinesJob> logger, Headlines headlines, TimeProvider clock)
    : RecurringJob(scopes, logger, TimeSpan.FromSeconds(5))
{
    public override Task RunOnceAsync(IServiceProvider services, CancellationToken stopping) => headlines.RefreshAsync(
        services.GetRequiredService<IndicatorReader>(), Calendar.DayOf(clock.GetUtcNow()), stopping);
}

internal static class HeadlineRegistration
{
    public static void AddHeadlines(this IServiceCollection services)
    {
        services.AddSingleton<Headlines>();
        services.AddHostedService<RefreshHeadlinesJob>();
    }
}
