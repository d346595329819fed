using System.Diagnostics.Metrics;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Payments.Reconciliations;

/// <summary>Warns of the days on which a provider moved money and whose statement nobody has compared.</summary>
internal sealed partial class WarnOfMissingReconciliationsJob(
    IServiceScopeFactory scopes, TimeProvider clock, ReconciliationMeter meter,
    ILogger<WarnOfMissingReconciliationsJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromHours(6))
{
    private const int LookBackDays = 7;

    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var db = services.GetRequiredService<PaymentsDb>();
        var today = BusinessDay.Of(clock.GetUtcNow());
        var (from, to) = (BusinessDay.Start(today.AddDays(-LookBackDays)), BusinessDay.Start(today));
        var missing = await db.Database.SqlQuery<MissingDays>(
            $"""
            SELECT moved.provider, count(*)::int AS days, max(moved.day) AS last
            FROM (
                SELECT provider, (captured_at AT TIME ZONE 'Asia/Shanghai')::date AS day FROM payments
                    WHERE captured_at >= {from} AND captured_at < {to}
                UNION SELECT provider, (settled_at AT TIME ZONE 'Asia/Shanghai')::date FROM refunds
                    WHERE settled_at >= {from} AND settled_at < {to}) AS moved
            WHERE NOT EXISTS (
                SELECT FROM reconciliations AS made WHERE made.provider = moved.provider AND made.day = moved.day)
            GROUP BY moved.provider ORDER BY moved.provider
            """).ToListAsync(stopping);

        meter.Missing = missing;
        foreach (var one in missing) LogMissing(logger, one.Provider, one.Days, one.Last);
    }

    [LoggerMessage(LogLevel.Warning,
        "{Provider} moved money on {Days} of the last days that nobody has reconciled, at last on {Last}")]
    private static partial void LogMissing(ILogger logger, string provider, int days, DateOnly last);
}

/// <summary>Days of the last week on which a provider moved money without a reconciliation.</summary>
internal sealed record MissingDays(string Provider, int Days, DateOnly Last);

internal sealed class ReconciliationMeter : IDisposable
{
    private readonly Meter _meter;
    private IReadOnlyList<MissingDays> _missing = [];

    public ReconciliationMeter(IMeterFactory meters)
    {
        _meter = meters.Create("Jingdezhen.Tourism.Payments");
        _meter.CreateObservableGauge(
            "jingdezhen.reconciliations.missing",
            () => Missing.Select(one => new Measurement<int>(
                one.Days, KeyValuePair.Create<string, object?>("provider", one.Provider))),
            "{day}", "Days of the last week that moved money and were not reconciled.");
    }

    /// <summary>As the job saw it last; reading the gauge asks no database.</summary>
    public IReadOnlyList<MissingDays> Missing
    {
        get => Volatile.Read(ref _missing);
        set => Volatile.Write(ref _missing, value);
    }

    public void Dispose() => _meter.Dispose();
}
