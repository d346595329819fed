using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>
/// A hold ends at its deadline by the database's clock. The door frees the expired holds of the rooms it is asked for;
/// the sweep frees the others. Both leave a StayReleased in the outbox.
/// </summary>
internal static class ExpiredHolds
{
    private static readonly string Contract = typeof(StayReleased).FullName!;

    /// <summary>$1: room ids, whose locks are held.</summary>
    public static readonly string ReleaseOfRooms = Release("s.room_id = ANY($1)");

    public const int MostAtOnce = 500;

    /// <summary>The oldest five hundred, leaving alone what another transaction is busy with.</summary>
    public static readonly string ReleaseOldest = Release(
        $"""
        s.id IN (SELECT id FROM stays WHERE state = 'held' AND expires_at <= now() ORDER BY expires_at
                 LIMIT {MostAtOnce} FOR UPDATE SKIP LOCKED)
        """);

    // By ix_stays_held, which has the holds in the order of their deadlines: those that have run out are the few of the
    // last moment, and reading them all is cheaper than asking each room for its own.
    //
    // gen_random_uuid is no UUIDv7, which matters to nobody here: the relay goes by the sequence. The JSON has the
    // names that the serializer would give.
    private static string Release(string which) =>
        $"""
        WITH gone AS (
            UPDATE stays s SET state = 'expired', ended_at = s.expires_at, ended_because = 'expired'
            WHERE s.state = 'held' AND s.expires_at <= now() AND {which}
            RETURNING s.id, s.order_id, s.room_id, s.expires_at)
        INSERT INTO outbox (id, contract, body, occurred_at)
        SELECT gen_random_uuid(), '{Contract}',
               json_build_object('stayId', id, 'orderId', order_id, 'roomId', room_id, 'reason', 'expired')::text,
               expires_at
        FROM gone
        """;
}

/// <summary>Every second: nights whose holds have run out go back on sale though nobody asks for them.</summary>
internal sealed class ReleaseExpiredHoldsJob(IServiceScopeFactory scopes, ILogger<ReleaseExpiredHoldsJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromSeconds(1))
{
    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        // Until none is left: the door looks through all that have run out, so they must be few.
        int released;
        do
        {
            released = await services.GetRequiredService<DbContext>().Database
                .ExecuteSqlRawAsync(ExpiredHolds.ReleaseOldest, stopping);
            if (released > 0) services.GetRequiredService<OutboxSignal>().Raise();
        }
        while (released == ExpiredHolds.MostAtOnce && !stopping.IsCancellationRequested);
    }
}
