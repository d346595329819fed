using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Storage;

internal static class BareRows
{
    /// <summary>Reads rows past the model, in the context's transaction: making entities of ten million rows would
    /// take longer than all that is done with them.</summary>
    public static async IAsyncEnumerable<DbDataReader> ReadRowsAsync(
        this MetricsDb db, string sql, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandTimeout = db.Database.GetCommandTimeout() ?? command.CommandTimeout;
        command.CommandText = sql;
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation)) yield return row;
    }
}
