using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Metrics.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>Availability as a service told it, and when it was so.</summary>
internal sealed record ToldAvailability(AvailabilityChanged Changed, DateTimeOffset OccurredAt);

/// <summary>
/// Keeps the registers of slots and of venues' days, and the cells up to them. Versions and times make repetition and
/// order harmless, so no marks are needed.
/// </summary>
internal static class SlotBook
{
    /// <summary>Takes a batch in, within the writer's turn.</summary>
    public static async Task KeepAsync(
        MetricsDb db, IReadOnlyCollection<ToldAvailability> told, CancellationToken cancellation)
    {
        var tally = new Tally();
        await KeepSlotsAsync(db, told, tally, cancellation);
        await KeepVenueDaysAsync(db, told, tally, cancellation);
        await Rollup.ApplyAsync(db, tally, cancellation);
    }

    private static async Task KeepSlotsAsync(
        MetricsDb db, IReadOnlyCollection<ToldAvailability> told, Tally tally, CancellationToken cancellation)
    {
        var latest = told.Select(one => one.Changed)
            .GroupBy(changed => changed.AvailabilityId, (_, changes) => changes.MaxBy(changed => changed.Version)!)
            .ToList();
        var ids = latest.ConvertAll(changed => changed.AvailabilityId);
        var known = await db.Slots.AsNoTracking().Where(slot => ids.Contains(slot.Id))
            .ToDictionaryAsync(slot => slot.Id, cancellation);
        var newer = new List<Slot>();
        foreach (var changed in latest)
        {
            var before = known.GetValueOrDefault(changed.AvailabilityId);
            if (before?.Version >= changed.Version) continue;

            var now = new Slot
            {
                Id = changed.AvailabilityId, Version = changed.Version, ProductId = changed.ProductId,
                MerchantId = changed.MerchantId, VenueId = changed.VenueId,
                StartsAt = changed.StartsAt.ToUniversalTime(),
                Capacity = changed.Capacity,
            };
            newer.Add(now);
            tally.Sign = -1;
            if (before is not null) Counting.CountSlot(tally, before);
            tally.Sign = 1;
            Counting.CountSlot(tally, now);
        }

        if (newer.Count == 0) return;

        Guid[] slots = [.. newer.Select(slot => slot.Id)];
        long[] versions = [.. newer.Select(slot => slot.Version)];
        Guid[] products = [.. newer.Select(slot => slot.ProductId)];
        Guid[] merchants = [.. newer.Select(slot => slot.MerchantId)];
        string[] venues = [.. newer.Select(slot => slot.VenueId)];
        DateTimeOffset[] starts = [.. newer.Select(slot => slot.StartsAt)];
        int[] capacities = [.. newer.Select(slot => slot.Capacity)];
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO slots (id, version, product_id, merchant_id, venue_id, starts_at, capacity)
            SELECT * FROM unnest({slots}, {versions}, {products}, {merchants}, {venues}, {starts}, {capacities})
            ON CONFLICT (id) DO UPDATE SET version = excluded.version, product_id = excluded.product_id,
                merchant_id = excluded.merchant_id, venue_id = excluded.venue_id, starts_at = excluded.starts_at,
                capacity = excluded.capacity
            """, cancellation);
    }

    private static async Task KeepVenueDaysAsync(
        MetricsDb db, IReadOnlyCollection<ToldAvailability> told, Tally tally, CancellationToken cancellation)
    {
        var latest = told.Where(one => one.Changed.VenueDailyCapacity is not null)
            .Select(one => new VenueDay
            {
                VenueId = one.Changed.VenueId, Day = Calendar.DayOf(one.Changed.StartsAt), ToldAt = one.OccurredAt,
                Capacity = one.Changed.VenueDailyCapacity!.Value,
            })
            .GroupBy(day => (day.VenueId, day.Day), (_, days) => days.MaxBy(day => (day.ToldAt, day.Capacity))!)
                .ToList();
        if (latest.Count == 0) return;

        string[] venues = [.. latest.Select(day => day.VenueId).Distinct()];
        DateOnly[] days = [.. latest.Select(day => day.Day).Distinct()];
        var known = await db.VenueDays.AsNoTracking()
            .Where(day => venues.Contains(day.VenueId) && days.Contains(day.Day))
            .ToDictionaryAsync(day => (day.VenueId, day.Day), cancellation);
        var newer = new List<VenueDay>();
        foreach (var now in latest)
        {
            var before = known.GetValueOrDefault((now.VenueId, now.Day));
            if (before is not null && (before.ToldAt, before.Capacity)
                .CompareTo((now.ToldAt, now.Capacity)) >= 0) continue;

            newer.Add(now);
            tally.Sign = -1;
            if (before is not null) Counting.CountVenueDay(tally, before);
            tally.Sign = 1;
            Counting.CountVenueDay(tally, now);
        }

        if (newer.Count == 0) return;

        string[] venueIds = [.. newer.Select(day => day.VenueId)];
        DateOnly[] on = [.. newer.Select(day => day.Day)];
        DateTimeOffset[] toldAt = [.. newer.Select(day => day.ToldAt)];
        int[] capacities = [.. newer.Select(day => day.Capacity)];
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO venue_days (venue_id, day, told_at, capacity)
            SELECT * FROM unnest({venueIds}, {on}, {toldAt}, {capacities})
            ON CONFLICT (venue_id, day) DO UPDATE SET told_at = excluded.told_at, capacity = excluded.capacity
            """, cancellation);
    }
}
