using Jingdezhen.Tourism.Metrics.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>
/// The transaction of the one writer of cells. Two of them that looked at one subject at the same time would both take
/// the
/// same thing back; and one at a time can lock no cells crosswise. Within a process they queue before they take a
/// connection: a dozen that waited in the database would leave none to read with.
/// </summary>
internal sealed class WriterTurn : IAsyncDisposable
{
    private const long Lock = 8_001;
    private static readonly SemaphoreSlim Door = new(1);
    private readonly IDbContextTransaction _transaction;

    private WriterTurn(IDbContextTransaction transaction) => _transaction = transaction;

    public static async Task<WriterTurn> TakeAsync(MetricsDb db, CancellationToken cancellation)
    {
        await Door.WaitAsync(cancellation);
        IDbContextTransaction? transaction = null;
        try
        {
            transaction = await db.Database.BeginTransactionAsync(cancellation);
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({Lock})", cancellation);
            return new(transaction);
        }
        catch
        {
            if (transaction is not null) await transaction.DisposeAsync();
            Door.Release();
            throw;
        }
    }

    public Task CommitAsync(CancellationToken cancellation) => _transaction.CommitAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _transaction.DisposeAsync();
        }
        finally
        {
            Door.Release();
        }
    }
}
