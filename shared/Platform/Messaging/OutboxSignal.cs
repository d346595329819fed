using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// Wakes the relay of this process after a commit that left outbox rows. A hint: rows of other processes, and rows whose
/// signal was lost, are found by the poll.
/// </summary>
public sealed class OutboxSignal : IDisposable
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
            // Raised already and not yet seen: one wake-up serves both commits.
        }
    }

    public Task WaitAsync(TimeSpan limit, CancellationToken cancellation) => _raised.WaitAsync(limit, cancellation);

    public void Dispose() => _raised.Dispose();
}

internal sealed class OutboxSignalInterceptor(OutboxSignal signal) : DbTransactionInterceptor, ISaveChangesInterceptor
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
        if (db is not null && db.ChangeTracker.Entries<OutboxMessage>().Any()) signal.Raise();
    }
}
