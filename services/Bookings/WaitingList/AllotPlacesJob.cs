using System.Data.Common;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.WaitingList;

/// <summary>
/// Finds slots with something to do for those who wait, whatever brought it about: a cancellation, a hold or an offer
/// that ran out, some units given back, more capacity, the end of sales. Each slot is settled under its own lock.
/// </summary>
internal sealed partial class AllotPlacesJob(IServiceScopeFactory scopes, ILogger<AllotPlacesJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromSeconds(1))
{
    private const int MostAtOnce = 100;

    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var db = services.GetRequiredService<BookingsDb>();
        var allot = services.GetRequiredService<AllotPlaces>();
        var after = Guid.Empty;
        while (true)
        {
            var slots = await FindAsync(db, after, stopping);
            foreach (var slot in slots) await AllotAsync(allot, slot, stopping);
            if (slots.Count < MostAtOnce) return;

            after = slots[^1];
        }
    }

    private async Task AllotAsync(AllotPlaces allot, Guid slot, CancellationToken stopping)
    {
        try
        {
            await allot.RunAsync(slot, stopping);
        }
        catch (Exception fault) when (fault is DbUpdateException or DbException)
        {
            // One slot's lost race, or its bad row, is not the others' affair; the next period tries again.
            LogLost(logger, slot, fault);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The line of slot {Slot} could not be served; the next period tries again")]
    private static partial void LogLost(ILogger logger, Guid slot, Exception fault);

    private static Task<List<Guid>> FindAsync(BookingsDb db, Guid after, CancellationToken stopping) =>
        db.Database.SqlQuery<Guid>(
            $"""
            SELECT s.id AS "Value" FROM slots s
            WHERE s.id > {after} AND s.id IN (
                SELECT id FROM slots WHERE waited_for AND (taken < capacity OR now() >= cutoff_at)
                UNION SELECT w.slot_id FROM waiting_parties w JOIN bookings b ON b.id = w.booking_id
                    WHERE w.state = 'Offered' AND (b.status <> 'OnHold' OR b.expires_at <= now())
                UNION SELECT b.slot_id FROM bookings b JOIN slots f ON f.id = b.slot_id AND f.waited_for
                    WHERE b.status = 'OnHold' AND b.expires_at <= now())
            ORDER BY s.id LIMIT {MostAtOnce}
            """).ToListAsync(stopping);
}
