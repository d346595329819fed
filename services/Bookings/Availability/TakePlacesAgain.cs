using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <summary>
/// Takes the places of a hold that ran out for the same booking again, in the caller's transaction and under the
/// booking's lock, with the door's rules and in the door's order of locks.
/// </summary>
internal static class TakePlacesAgain
{
    public static async Task<Refusal?> TakeAsync(
        BookingsDb db, Booking booking, Catalogue catalogue, AdmissionGuards guards, DateTimeOffset now,
        CancellationToken cancellation)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var state = await LockedState.ReadAsync(connection, [booking.SlotId], [], guards);
        var slot = state.Slots[booking.SlotId];
        var product = catalogue.Products[booking.ProductId];
        if (!catalogue.IsOnSale(product)) return new("not-on-sale", "The product is not on sale any more.");
        if (slot.Closed) return new("closed", "The slot was closed.");
        if (slot.WaitedFor) return AdmissionRules.WaitedFor;
        if (now >= slot.CutoffAt) return new("past-cutoff", "Sales have ended.");
        if (!await ClaimAgainAsync(db, booking, cancellation))
        {
            return new("identity-used", "One of the documents has another booking for this venue on that day by now.");
        }

        var day = slot.VenueDayId is { } id ? state.VenueDays[id] : null;
        if (AdmissionRules.Take(slot, day, booking.Visitors) is { } full) return full;

        // To the world this hold never ended; the others that ran out with it did.
        var group = new AdmittedGroup(now);
        foreach (var expired in state.Expired.Where(hold => hold.BookingId != booking.Id))
        {
            group.Publish(expired.AsEvent());
        }

        await group.WriteAsync(connection, state);
        await db.Entry(booking).ReloadAsync(cancellation);
        return null;
    }

    /// <summary>
    /// A claim stays with the hold that ran out until somebody else needs the document: then it is gone. What is left
    /// is written anew, so that a door which was about to clear it away runs into the new rows instead.
    /// </summary>
    private static async Task<bool> ClaimAgainAsync(BookingsDb db, Booking booking, CancellationToken cancellation)
    {
        var documents = booking.LiveUnits.Count(item => item.Identity is not null);
        return documents == 0 || documents == await db.Database.ExecuteSqlAsync(
            $"""
            WITH old AS (DELETE FROM identity_claims WHERE booking_id = {booking.Id} RETURNING *)
            INSERT INTO identity_claims (venue_id, day, identity_hash, booking_id)
            SELECT venue_id, day, identity_hash, booking_id FROM old
            """, cancellation);
    }
}
