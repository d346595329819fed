using System.Diagnostics.Metrics;

namespace Jingdezhen.Tourism.Routes.Plans;

/// <summary>
/// Planning is all processor: no more plans are made at once than there are cores, and the more visitors wait, the less
/// time each gets, so that the whole queue passes within <see cref="Round"/>. Quality falls a little before patience
/// does; a queue that is too long is refused at once.
/// </summary>
internal sealed class PlanningGate : IDisposable
{
    public const string MeterName = "Jingdezhen.Tourism.Routes";
    private const int LongestQueue = 200;
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(90);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(3);

    private readonly int cores = Math.Max(1, Environment.ProcessorCount);
    private readonly SemaphoreSlim slots;
    private readonly Histogram<double> budgets;
    private readonly Meter meter = new(MeterName);
    private int inside;

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
                var budget = Budget(asked, Volatile.Read(ref inside), cores);
                budgets.Record(budget.TotalMilliseconds);
                return (await Task.Run(() => work(budget), cancellation), budget);
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

    internal static TimeSpan Budget(TimeSpan asked, int waiting, int cores)
    {
        var share = Round * cores / Math.Max(waiting, 1);
        if (share > asked) return asked;
        return share < Shortest ? Shortest : share;
    }

    public void Dispose()
    {
        slots.Dispose();
        meter.Dispose();
    }
}
