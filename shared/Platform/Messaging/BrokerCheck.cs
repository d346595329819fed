using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// A replica is ready once its queues are bound, for what is published before that would reach nobody. Later the broker
/// may go: requests are answered from the database and the outbox keeps what they say, so the replica stays ready.
/// </summary>
internal sealed class BrokerCheck(IBusControl bus) : IHealthCheck
{
    private volatile bool _wasConnected;

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var connected = bus.CheckHealth().Status == BusHealthStatus.Healthy;
        if (connected) _wasConnected = true;
        return Task.FromResult(
            connected ? HealthCheckResult.Healthy()
            : _wasConnected ? HealthCheckResult.Degraded("The broker is away; messages wait in the outbox.")
            : HealthCheckResult.Unhealthy("The broker has not been reached yet."));
    }
}
