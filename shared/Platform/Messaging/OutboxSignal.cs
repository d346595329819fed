using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// Wakes the relay of this process after a commit that left outbox rows. A hint: rows of other processes, and rows
/// whose signal was lost, are found by the poll.
/// </summary>
public sealed class OutboxSignal : IDisposable
{
    private readonly SemaphoreSlim _wake = new(0, 1);
    private int _raised;

    /// <summary>
    /// Costs next to nothing while the relay is awake: every commit of the hot path comes through here.
    /// </summary>
    public void Raise()
    {
        if (Interlocked.Exchange(ref _raised, 1) == 0) _wake.Release();
    }

    /// <summary>Whether it was raised within the time; lowers it.</summary>
    public async Task<bool> WaitAsync(TimeSpan limit, CancellationToken cancellation)
    {
        // Lowered before the relay reads: a commit that finds the signal still raised is seen by that reading.
        var raised = await _wake.WaitAsync(limit, cancellation);
        if (raised) Interlocked.Exchange(ref _raised, 0);
        return raised;
    }

    public void Dispose() => _wake.Dispose();
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
