using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Jingdezhen.Tourism.Platform.Hosting;

/// <summary>
/// A slice driven by the clock: runs once per period in every replica, each run in its own scope. A fault is logged and
/// the next period tries again; runs of one replica never overlap.
/// </summary>
public abstract partial class RecurringJob(IServiceScopeFactory scopes, ILogger logger, TimeSpan period)
    : BackgroundService
{
    /// <summary>One run. Work that two replicas must not both do is shared out by the database (SKIP LOCKED).</summary>
    public abstract Task RunOnceAsync(IServiceProvider services, CancellationToken stopping);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(period);
        do
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await RunOnceAsync(scope.ServiceProvider, stoppingToken);
            }
            catch (Exception fault)
            {
                // Whatever breaks because the host stops is no fault: a half-closed connection has many ways to say so.
                if (stoppingToken.IsCancellationRequested) return;

                LogFault(logger, GetType().Name, fault);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Error, "{Job} failed; the next period tries again")]
    private static partial void LogFault(ILogger logger, string job, Exception fault);
}
