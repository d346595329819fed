using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.Payments.Tests;

/// <summary>Makes a race certain: what is held goes on only when everybody stands before it.</summary>
internal static class WaitingForLocks
{
    /// <param name="owner">The database's connection string, with a role that sees other sessions.</param>
    /// <param name="sessions">How many sessions of this database shall wait for a lock.</param>
    public static async Task AreAsync(string owner, int sessions)
    {
        await using var database = NpgsqlDataSource.Create(owner);
        await Eventually.Equal(sessions, async () =>
        {
            await using var count = database.CreateCommand(
                """
                SELECT count(*)::int FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'
                """);
            return (int)(await count.ExecuteScalarAsync())!;
        });
    }
}
