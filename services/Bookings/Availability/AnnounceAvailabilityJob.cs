using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <summary>
/// Publishes AvailabilityChanged for slots that changed, coalesced to one message a slot and second, and to so many
/// slots a second: the hot path must not pay for readers. Every five seconds it looks for slots that are new, which
/// nobody has touched yet, and every ten minutes through all of them, for those of a process that died. What it finds
/// goes out a batch a second, the nearest days first and only while the outbox is short: an import makes thousands of
/// slots, and no payment may wait behind them.
/// </summary>
internal sealed class AnnounceAvailabilityJob(
    IServiceScopeFactory scopes, TouchedSlots touched, CatalogueCache catalogues,
    ILogger<AnnounceAvailabilityJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromSeconds(1))
{
    private const int MostAtOnce = 500;
    private const int RunsBetweenSearches = 600, RunsBetweenNews = 5;

    /// <summary>Whether news of slots waits while the outbox is long; off only in the control test that shows what it
    /// prevents.</summary>
    internal bool GivesWay { get; init; } = true;

    private Search _search;
    private int _runs;

    private enum Search { None, News, Everything }

    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var db = services.GetRequiredService<BookingsDb>();
        var ids = touched.Take(MostAtOnce);
        if (ids.Length > 0) await AnnounceAsync(db, ids, stopping);

        if (_runs % RunsBetweenSearches == 0) _search = Search.Everything;
        else if (_runs % RunsBetweenNews == 0 && _search == Search.None) _search = Search.News;
        _runs++;
        if (_search == Search.None || (GivesWay && await IsBusyAsync(db, stopping))) return;

        var found = await db.Slots.Where(slot => slot.Version > slot.AnnouncedVersion)
            .Where(slot => _search == Search.Everything || slot.AnnouncedVersion == 0)
            .OrderBy(slot => slot.StartsAt).Take(MostAtOnce).Select(slot => slot.Id).ToArrayAsync(stopping);
        if (found.Length > 0) await AnnounceAsync(db, found, stopping);
        if (found.Length < MostAtOnce) _search = Search.None;
    }

    private static Task<bool> IsBusyAsync(BookingsDb db, CancellationToken stopping) =>
        db.Set<OutboxMessage>().Where(message => message.ParkedBecause == null).OrderBy(message => message.Sequence)
            .Skip(MostAtOnce / 2).AnyAsync(stopping);

    private async Task AnnounceAsync(BookingsDb db, Guid[] ids, CancellationToken stopping)
    {
        var catalogue = await catalogues.GetAsync(stopping);
        await using var transaction = await db.Database.BeginTransactionAsync(stopping);

        // A slot under the door's lock is skipped: whoever holds the lock touches it again.
        var slots = await db.Database.SqlQuery<AnnouncedSlot>(
            $"""
            UPDATE slots SET announced_version = version WHERE id = ANY (ARRAY(
                SELECT id FROM slots WHERE id = ANY ({ids}) AND version > announced_version
                ORDER BY id FOR UPDATE SKIP LOCKED))
            RETURNING id, product_id, option_id, starts_at, ends_at, capacity,
                CASE WHEN waited_for THEN capacity ELSE taken END AS taken, closed, version,
                (SELECT day.capacity FROM venue_days day WHERE day.id = slots.venue_day_id) AS venue_daily_capacity
            """).ToListAsync(stopping);
        foreach (var slot in slots)
        {
            if (!catalogue.Products.TryGetValue(slot.ProductId, out var product)) continue;

            db.Publish(new AvailabilityChanged(
                slot.Id, slot.ProductId, slot.OptionId, product.SupplierId, product.VenueId, slot.StartsAt, slot.EndsAt,
                SlotView.StatusOf(
                    slot.Closed || !catalogue.IsOnSale(product), slot.Capacity, slot.Capacity - slot.Taken),
                slot.Capacity, slot.Capacity - slot.Taken, slot.Version,
                slot.VenueDailyCapacity));
        }

        await db.SaveChangesAsync(stopping);
        await transaction.CommitAsync(stopping);
        db.ChangeTracker.Clear();
    }

    private sealed record AnnouncedSlot(
        Guid Id, Guid ProductId, Guid OptionId, DateTimeOffset StartsAt, DateTimeOffset EndsAt, int Capacity, int Taken,
        bool Closed, long Version, int? VenueDailyCapacity);
}
