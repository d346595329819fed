using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <summary>What a merchant may change about one slot; absent members stay.</summary>
public sealed record ChangeSlotRequest([Range(0, 100_000)] int? Capacity = null, bool? Closed = null);

/// <summary>More or fewer places, closed or open again. Never fewer than are taken; never closed over live
/// bookings.</summary>
internal static class ChangeSlot
{
    public static async Task<Results<NoContent, NotFound, ProblemHttpResult>> Handle(
        Guid id, ChangeSlotRequest request, ClaimsPrincipal user, BookingsDb db, TouchedSlots touched,
        CancellationToken cancellation)
    {
        var merchant = user.MerchantId();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var slot = await db.Slots.FromSql($"SELECT * FROM slots WHERE id = {id} FOR UPDATE")
            .SingleOrDefaultAsync(s =>
                db.Products.Any(product => product.Id == s.ProductId && product.SupplierId == merchant), cancellation);
        if (slot is null) return TypedResults.NotFound();
        if (request.Capacity < slot.Taken)
        {
            return CloseDays.Breaks(await CloseDays.SoldAsync(db, [id], cancellation));
        }

        if (request.Closed == true && await CloseDays.SoldAsync(db, [id], cancellation) is { Count: > 0 } sold)
        {
            return CloseDays.Breaks(sold);
        }

        var (capacity, closed) = (request.Capacity ?? slot.Capacity, request.Closed ?? slot.Closed);
        await db.Slots.Where(s => s.Id == id).ExecuteUpdateAsync(
            s => s.SetProperty(x => x.Capacity, capacity).SetProperty(x => x.Closed, closed)
                .SetProperty(x => x.Version, x => x.Version + 1),
            cancellation);
        await transaction.CommitAsync(cancellation);
        touched.Add([id]);
        return TypedResults.NoContent();
    }
}
