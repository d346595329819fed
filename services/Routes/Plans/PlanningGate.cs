using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Jingdezhen.Tourism.Routes.Plans;

/// <summary>
/// Planning is all processor: no more plans are made at once than there are cores, and the more visitors wait, the less
/// time each gets, so that the whole queue passes within <see cref="Round"/>. What a plan takes beyond its search (the
/// model before it, the check and the words after it) is observed and taken off. Quality falls a little before patience
/// does; a queue that is too long is refused at once.
/// </summary>
internal sealed class PlanningGate : IDisposable
{
    public const string MeterName = "Jingdezhen.Tourism.Routes";
    private const int LongestQueue = 200;
    private const double Forgetting = 0.05;
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(3);

    private readonly int cores = Math.Max(1, Environment.ProcessorCount);
    private readonly SemaphoreSlim slots;
    private readonly Histogram<double> budgets;
    private readonly Meter meter = new(MeterName);
    private int inside;
    private double beyondMilliseconds;

    public PlanningGate()
    {
        slots = new(cores);
        budgets = meter.CreateHistogram<double>("jingdezhen.plan.budget", "ms", "Time a plan was given.");
        meter.CreateObservableGauge("jingdezhen.plan.waiting", () => Volatile.Read(ref inside));
    }

    /// <summary>Runs the work with the time that the load leaves it; null when too many wait already.</summary>
    public async Task<(T Result, TimeSpan Budget)?> RunAsync<T>(
        TimeSpan asked, Func<TimeSpan, T> work, CancellationToken cancellation)
    {
        try
        {
            if (Interlocked.Increment(ref inside) > LongestQueue) return null;
            await slots.WaitAsync(cancellation);
            try
            {
                var beyond = TimeSpan.FromMilliseconds(Volatile.Read(ref beyondMilliseconds));
                var budget = Budget(asked, Volatile.Read(ref inside), cores, beyond);
                budgets.Record(budget.TotalMilliseconds);
                var began = Stopwatch.GetTimestamp();

                // On a thread of its own: the pool's few threads carry everybody's requests in and out.
                var result = await Task.Factory.StartNew(
                    () => work(budget), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                Observe((Stopwatch.GetElapsedTime(began) - budget).TotalMilliseconds);
                return (result, budget);
            }
            finally
            {
                slots.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref inside);
        }
    }

    // Two plans that end at once may lose one of their observations; the mean is none the worse.
    private void Observe(double milliseconds)
    {
        var known = Volatile.Read(ref beyondMilliseconds);
        var seen = Math.Clamp(milliseconds, 0, Round.TotalMilliseconds);
        Volatile.Write(ref beyondMilliseconds, known + (Forgetting * (seen - known)));
    }

    internal static TimeSpan Budget(TimeSpan asked, int waiting, int cores, TimeSpan beyond)
    {
        var share = (Round * cores / Math.Max(waiting, 1)) - beyond;
        if (share > asked) return asked;
        return share < Shortest ? Shortest : share;
    }

    public void Dispose()
    {
        slots.Dispose();
        meter.Dispose();
    }
}
