using System.Data.Common;
using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Payouts;
using Jingdezhen.Tourism.Payments.Refunds;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

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

/// <summary>
/// Raises the signal for whatever is due after a commit, and not before it: the steps would look, find nothing, and
/// sleep for the length of their poll.
/// </summary>
internal sealed class StepSignalInterceptor(StepSignal signal, TimeProvider clock)
    : DbTransactionInterceptor, ISaveChangesInterceptor
{
    public override Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        RaiseFor(eventData.Context);
        return Task.CompletedTask;
    }

    public ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context?.Database.CurrentTransaction is null) RaiseFor(eventData.Context);
        return ValueTask.FromResult(result);
    }

    private void RaiseFor(DbContext? db)
    {
        if (db is null) return;

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
