using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Payouts;
using Jingdezhen.Tourism.Payments.Refunds;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Payments.Settlement;

/// <summary>Wakes this process's provider steps after a commit; the poll finds what a signal missed.</summary>
internal sealed class StepSignal : IDisposable
{
    private readonly SemaphoreSlim _raised = new(0, 1);

    public void Raise()
    {
        try
        {
            _raised.Release();
        }
        catch (SemaphoreFullException)
        {
            // Raised and not yet seen: one wake-up serves both.
        }
    }

    public Task WaitAsync(TimeSpan limit, CancellationToken cancellation) => _raised.WaitAsync(limit, cancellation);

    public void Dispose() => _raised.Dispose();
}

/// <summary>Raises the signal for whatever is due after a commit.</summary>
internal sealed class StepSignalInterceptor(StepSignal signal, TimeProvider clock) : CommitInterceptor
{
    protected override void AfterCommit(DbContext db)
    {
        var now = clock.GetUtcNow();
        if (db.ChangeTracker.Entries().Any(entry => NextStepOf(entry.Entity) <= now)) signal.Raise();
    }

    private static DateTimeOffset? NextStepOf(object entity) => entity switch
    {
        Payment payment => payment.NextStepAt,
        Refund refund => refund.NextStepAt,
        Payout payout => payout.NextStepAt,
        _ => null,
    };
}
