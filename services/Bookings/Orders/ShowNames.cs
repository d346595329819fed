using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <param name="Position">Its number in the list, from 0.</param>
public sealed record OrderNameResponse(int Position, string Name);

/// <summary>
/// Who travels with a study tour, in full: for its booker, for staff, and for the merchants that have sold it tickets
/// and receive it. Everybody else sees no order.
/// </summary>
internal static class ShowNames
{
    public static async Task<Results<Ok<List<OrderNameResponse>>, NotFound, ProblemHttpResult>> Handle(
        Guid id, int? limit, int? after, ClaimsPrincipal user, BookingsDb db, PersonalDataVault vault,
        CancellationToken cancellation)
    {
        if (limit is < 1 or > 100) return Problems.Invalid("limit", "Between 1 and 100.");
        if (!await MaySeeAsync(id, user, db, cancellation)) return TypedResults.NotFound();

        var names = await db.OrderNames.AsNoTracking()
            .Where(name => name.OrderId == id && name.Position > (after ?? -1)).OrderBy(name => name.Position)
            .Take(limit ?? 100).ToListAsync(cancellation);
        return TypedResults.Ok(names.ConvertAll(
            name => new OrderNameResponse(name.Position, vault.Decrypt(name.Name))));
    }

    private static async Task<bool> MaySeeAsync(
        Guid id, ClaimsPrincipal user, BookingsDb db, CancellationToken cancellation)
    {
        if (!user.IsInRole(Roles.Merchant))
        {
            return await db.Orders.VisibleTo(user).AnyAsync(order => order.Id == id, cancellation);
        }

        var merchant = user.MerchantId();
        return await db.Bookings.AnyAsync(
            booking => booking.OrderId == id && booking.SupplierId == merchant && merchant != null
                && (booking.Status == BookingStatus.Confirmed || booking.Status == BookingStatus.Redeemed),
            cancellation);
    }
}
