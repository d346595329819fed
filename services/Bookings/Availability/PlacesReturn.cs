using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Security;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <summary>The way back through the door: places of a booking that ended or shrank. The caller holds the booking's lock.</summary>
internal static class PlacesReturn
{
    /// <summary>Gives visitors back to the slot and to its venue's day, in the order in which the door locks them.</summary>
    public static async Task ReturnPlacesAsync(this BookingsDb db, Guid slotId, int visitors, CancellationToken cancellation)
    {
        await db.Database.ExecuteSqlAsync(
            $"UPDATE slots SET taken = taken - {visitors}, version = version + 1 WHERE id = {slotId}", cancellation);
        await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE venue_days SET taken = taken - {visitors}
            WHERE id = (SELECT venue_day_id FROM slots WHERE id = {slotId})
            """, cancellation);
    }

    /// <summary>The documents of a booking that ended may be used again.</summary>
    public static Task ReturnClaimsAsync(this BookingsDb db, Guid bookingId, CancellationToken cancellation) =>
        db.IdentityClaims.Where(claim => claim.BookingId == bookingId).ExecuteDeleteAsync(cancellation);

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
