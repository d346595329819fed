using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Bookings;

internal static class BookingQueries
{
    /// <summary>The bookings that a caller may see; somebody else's are not there.</summary>
    public static IQueryable<Booking> VisibleTo(this IQueryable<Booking> bookings, ClaimsPrincipal user)
    {
        if (user.IsInRole(Roles.Operator) || user.IsInRole(Roles.Admin)) return bookings;

        var merchant = user.MerchantId();
        if (user.IsInRole(Roles.Reseller))
        {
            return bookings.Where(booking => booking.ResellerId == merchant && merchant != null);
        }

        if (user.IsInRole(Roles.Merchant))
        {
            return bookings.Where(booking => booking.SupplierId == merchant && merchant != null);
        }

        var account = user.AccountId();
        return bookings.Where(booking => booking.AccountId == account);
    }

    /// <summary>A booking with its units, locked until the transaction ends; null when the caller may not see
    /// it.</summary>
    public static async Task<Booking?> LockAsync(
        this BookingsDb db, Guid id, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var booking = await db.Bookings.FromSql($"SELECT *, xmin FROM bookings WHERE id = {id} FOR UPDATE")
            .VisibleTo(user).SingleOrDefaultAsync(cancellation);
        if (booking is not null) await db.Entry(booking).Collection(b => b.UnitItems).LoadAsync(cancellation);
        return booking;
    }

    /// <summary>
    /// The database's clock, which all deadlines are compared with. clock_timestamp, not now: the row may have been
    /// waited for, and two changes of it are told apart by when they happened.
    /// </summary>
    public static Task<DateTimeOffset> NowAsync(this BookingsDb db, CancellationToken cancellation) =>
        db.Database.SqlQuery<DateTimeOffset>($"SELECT clock_timestamp() AS \"Value\"").SingleAsync(cancellation);
}
