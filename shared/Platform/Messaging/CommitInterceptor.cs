using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// Looks at what a context wrote once it is committed, and not before: whoever is woken earlier looks, finds nothing,
/// and sleeps for the length of its poll.
/// </summary>
public abstract class CommitInterceptor : DbTransactionInterceptor, ISaveChangesInterceptor
{
    public override Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is { } db) AfterCommit(db);
        return Task.CompletedTask;
    }

    public ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is { Database.CurrentTransaction: null } db) AfterCommit(db);
        return ValueTask.FromResult(result);
    }

    /// <param name="db">It still tracks what was written.</param>
    protected abstract void AfterCommit(DbContext db);
}
