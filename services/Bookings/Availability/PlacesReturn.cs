using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Security;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <summary>The way back through the door: places of a booking that ended or shrank. The caller holds the booking's
/// lock.</summary>
internal static class PlacesReturn
{
    /// <summary>Gives visitors back to the slot and to its venue's day, in the order in which the door locks
    /// them.</summary>
    public static async Task ReturnPlacesAsync(
        this BookingsDb db, Guid slotId, int visitors, CancellationToken cancellation)
    {
        await db.Database.ExecuteSqlAsync(
            $"UPDATE slots SET taken = taken - {visitors}, version = version + 1 WHERE id = {slotId}", cancellation);
        await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE venue_days SET taken = taken - {visitors}
            WHERE id = (SELECT venue_day_id FROM slots WHERE id = {slotId})
            """, cancellation);
    }

    /// <summary>Gives the visitors of several slots back; slots before days, each by id, as the door locks
    /// them.</summary>
    public static async Task ReturnPlacesAsync(
        this BookingsDb db, IReadOnlyCollection<(Guid SlotId, int Visitors)> places, CancellationToken cancellation)
    {
        if (places.Count == 0) return;

        var slots = places.GroupBy(place => place.SlotId).OrderBy(slot => slot.Key).ToList();
        var ids = slots.ConvertAll(slot => slot.Key).ToArray();
        var visitors = slots.ConvertAll(slot => slot.Sum(place => place.Visitors)).ToArray();
        await db.Database.ExecuteSqlAsync(
            $"""
            WITH locked AS (SELECT id FROM slots WHERE id = ANY({ids}) ORDER BY id FOR UPDATE)
            UPDATE slots SET taken = taken - back.visitors, version = version + 1
            FROM locked JOIN unnest({ids}, {visitors}) AS back (id, visitors) ON back.id = locked.id
            WHERE slots.id = locked.id
            """, cancellation);
        await db.Database.ExecuteSqlAsync(
            $"""
            WITH back AS (
                SELECT s.venue_day_id AS id, sum(b.visitors)::int AS visitors
                FROM unnest({ids}, {visitors}) AS b (id, visitors) JOIN slots s ON s.id = b.id
                WHERE s.venue_day_id IS NOT NULL GROUP BY s.venue_day_id),
            locked AS (SELECT id FROM venue_days WHERE id IN (SELECT id FROM back) ORDER BY id FOR UPDATE)
            UPDATE venue_days SET taken = taken - back.visitors FROM locked JOIN back ON back.id = locked.id
            WHERE venue_days.id = locked.id
            """, cancellation);
    }

    /// <summary>The documents of a booking that ended may be used again.</summary>
    public static Task ReturnClaimsAsync(this BookingsDb db, Guid bookingId, CancellationToken cancellation) =>
        db.ReturnClaimsAsync([bookingId], cancellation);

    public static Task ReturnClaimsAsync(
        this BookingsDb db, IReadOnlyCollection<Guid> bookingIds, CancellationToken cancellation) =>
        db.IdentityClaims.Where(claim => bookingIds.Contains(claim.BookingId)).ExecuteDeleteAsync(cancellation);

    /// <summary>The documents of units that left a booking may be used again.</summary>
    public static async Task ReturnClaimsAsync(
        this BookingsDb db, IEnumerable<UnitItem> units, PersonalDataVault vault, CancellationToken cancellation)
    {
        foreach (var unit in units.Where(unit => unit.Identity is not null))
        {
            var hash = IdentityDocuments.HashOf(unit.Identity!, vault);
            await db.IdentityClaims.Where(claim => claim.BookingId == unit.BookingId && claim.IdentityHash == hash)
                .ExecuteDeleteAsync(cancellation);
        }
    }
}
