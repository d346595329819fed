using Jingdezhen.Tourism.Homestays.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>
/// Whoever takes or closes nights of a room holds its lock until the transaction ends, so that a check of what is taken
/// is still true when the row is written. An advisory lock: locking the room's row would write to it for every hold.
/// Always in the order of the ids, so that two batches never wait for each other in a ring.
/// </summary>
internal sealed class RoomLock(IConfiguration configuration)
{
    /// <summary>Off only in the control tests that show what the lock prevents.</summary>
    private readonly bool _isOn = configuration.GetValue("Admission:RoomLock", true);

    public NpgsqlBatchCommand Command(IEnumerable<Guid> roomIds) => new(
        """
        SELECT pg_advisory_xact_lock(hashtextextended(id::text, 4)) FROM unnest($1) AS id
        """)
    {
        Parameters =
        {
            new()
            {
                Value = _isOn ? roomIds.Distinct().Order().ToArray() : [],
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid,
            },
        },
    };

    /// <summary>
    /// A stay's own lock, before its row is there to be locked: a hold and its release that are on their way at once
    /// take turns. Else the release could find nothing to release, and the hold nothing that withdrew it.
    /// </summary>
    public Task TakeStayAsync(HomestaysDb db, Guid stayId, CancellationToken cancellation) =>
        TakeStaysAsync(db, [stayId], cancellation);

    public Task TakeStaysAsync(HomestaysDb db, IEnumerable<Guid> stayIds, CancellationToken cancellation) =>
        _isOn
            ? db.Database.ExecuteSqlAsync(
                $"""
                SELECT pg_advisory_xact_lock(hashtextextended(id::text, 5))
                FROM unnest({stayIds.Order().ToArray()}) AS id
                """, cancellation)
            : Task.CompletedTask;

    /// <summary>Takes the locks and frees the expired holds of the rooms, so that what is then found taken is
    /// taken.</summary>
    public async Task TakeAsync(NpgsqlConnection connection, CancellationToken cancellation, params Guid[] roomIds)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Command(roomIds),
                new(ExpiredHolds.ReleaseOfRooms) { Parameters = { new() { Value = roomIds } } },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellation);
    }
}
