using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <summary>A merchant opens closed days again; days that another closure covers stay closed.</summary>
internal static class LiftClosure
{
    public static async Task<Results<NoContent, NotFound>> Handle(
        Guid id, Guid closureId, ClaimsPrincipal user, BookingsDb db, TouchedSlots touched,
        CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.OwnProductAsync(id, user, cancellation) is null) return TypedResults.NotFound();

        var closure = await db.Closures
            .SingleOrDefaultAsync(c => c.Id == closureId && c.ProductId == id, cancellation);
        if (closure is null) return TypedResults.NotFound();

        var slots = await db.Database.SqlQuery<Guid>(
            $"""
            SELECT s.id AS "Value" FROM slots s
            WHERE s.product_id = {id} AND s.closed AND s.local_date BETWEEN {closure.FirstDay} AND {closure.LastDay}
              AND NOT EXISTS (
                SELECT FROM closures c WHERE c.product_id = {id} AND c.id <> {closureId}
                  AND s.local_date BETWEEN c.first_day AND c.last_day)
            ORDER BY s.id FOR UPDATE OF s
            """).ToListAsync(cancellation);
        db.Remove(closure);
        await db.SaveChangesAsync(cancellation);
        await db.Slots.Where(slot => slots.Contains(slot.Id)).ExecuteUpdateAsync(
            slot => slot.SetProperty(s => s.Closed, false).SetProperty(s => s.Version, s => s.Version + 1),
            cancellation);
        await transaction.CommitAsync(cancellation);
        touched.Add(slots);
        return TypedResults.NoContent();
    }
}
