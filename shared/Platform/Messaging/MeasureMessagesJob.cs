using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// Counts the message tables for <see cref="MessagingMeter"/>: one pass over each, however often it is read.
/// </summary>
internal sealed class MeasureMessagesJob(
    IServiceScopeFactory scopes, MessagingMeter meter, ILogger<MeasureMessagesJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromSeconds(5))
{
    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping) =>
        meter.Last = await services.GetRequiredService<DbContext>().Database.SqlQuery<MessageCounts>(
            $"""
            SELECT count(*) FILTER (WHERE parked_because IS NULL) AS backlog,
                coalesce(extract(epoch FROM now() - min(occurred_at) FILTER (WHERE parked_because IS NULL)), 0)::float8
                    AS oldest_age_seconds,
                count(*) FILTER (WHERE parked_because IS NOT NULL) AS parked,
                (SELECT count(*) FROM failed_messages WHERE resent_at IS NULL) AS failed
            FROM outbox
            """).SingleAsync(stopping);
}

/// <summary>Parked rows are said where an operator looks first; the service works all the same.</summary>
internal sealed class ParkedRowsCheck(MessagingMeter meter) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(meter.Last.Parked == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded($"{meter.Last.Parked} outbox rows are parked: see outbox.parked_because."));
}
