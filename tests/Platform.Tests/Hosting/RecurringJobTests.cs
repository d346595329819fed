using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Jingdezhen.Tourism.Platform.Tests.Hosting;

public sealed class RecurringJobTests
{
    [Fact]
    public async Task A_job_that_failed_runs_again_and_never_beside_itself()
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        using var job = new StumblingJob(services.GetRequiredService<IServiceScopeFactory>());

        await job.StartAsync(CancellationToken.None);
        await Eventually.Holds(() => Task.FromResult(job.Runs), runs => runs >= 5);
        await job.StopAsync(CancellationToken.None);

        Assert.Equal(1, job.MostAtOnce);
        Assert.False(job.ExecuteTask!.IsFaulted);
    }

    [Fact]
    public async Task A_job_that_breaks_because_it_is_stopped_ends_without_a_fault()
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        using var job = new BrokenByStoppingJob(services.GetRequiredService<IServiceScopeFactory>());

        await job.StartAsync(CancellationToken.None);
        await job.Running.Task;
        await job.StopAsync(CancellationToken.None);

        Assert.Equal(TaskStatus.RanToCompletion, job.ExecuteTask!.Status);
    }

    private sealed class StumblingJob(IServiceScopeFactory scopes)
        : RecurringJob(scopes, NullLogger.Instance, TimeSpan.FromMilliseconds(5))
    {
        private int _now;

        public int Runs { get; private set; }
        public int MostAtOnce { get; private set; }

        public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
        {
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _now));
            await Task.Yield();
            Interlocked.Decrement(ref _now);
            Runs++;
            if (Runs % 2 == 1) throw new InvalidOperationException("Stumbled.");
        }
    }

    private sealed class BrokenByStoppingJob(IServiceScopeFactory scopes)
        : RecurringJob(scopes, NullLogger.Instance, TimeSpan.FromMilliseconds(5))
    {
        public TaskCompletionSource Running { get; } = new();

        public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
        {
            var stopped = new TaskCompletionSource();
            await using var wait = stopping.Register(stopped.SetResult);
            Running.SetResult();
            await stopped.Task;
            throw new InvalidOperationException("The channel was closed under us.");
        }
    }
}
