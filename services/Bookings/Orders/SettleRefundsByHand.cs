using System.ComponentModel.DataAnnotations;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <param name="Note">How the payer got the money, or why they cannot get it: kept with the order's steps.</param>
public sealed record SettleRefundsByHandRequest([Required, StringLength(200, MinimumLength = 3)] string Note);

/// <summary>An admin ends an order whose payer cannot be refunded the way they paid.</summary>
internal static class SettleRefundsByHand
{
    public static async Task<Results<Ok<OrderResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid id, SettleRefundsByHandRequest request, BookingsDb db, OrderDesk desk, CancellationToken cancellation)
    {
        if (await desk.LockAsync(id, cancellation) is not { } order) return TypedResults.NotFound();

        var now = await db.NowAsync(cancellation);
        if (order.SettleByHand(request.Note, now) is { } refusal) return refusal.AsProblem();

        await desk.CarryOutAsync(order, now, cancellation);
        return TypedResults.Ok(order.AsResponse());
    }
}
