using Microsoft.EntityFrameworkCore;

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

internal sealed class OutboxSignalInterceptor(OutboxSignal signal) : CommitInterceptor
{
    protected override void AfterCommit(DbContext db)
    {
        if (db.ChangeTracker.Entries<OutboxMessage>().Any()) signal.Raise();
    }
}
