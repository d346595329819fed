using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using MassTransit;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <summary>What Homestays says of an order's nights moves the order on. Stays outside an order are no concern of
/// it.</summary>
internal sealed class FollowNightsConsumer(BookingsDb db, OrderDesk desk) :
    IConsumer<StayHeld>, IConsumer<StayRefused>, IConsumer<StayConfirmed>, IConsumer<StayReleased>,
        IConsumer<StayCancelled>,
    IConsumer<StayChanged>, IConsumer<StayCheckedOut>
{
    public Task Consume(ConsumeContext<StayHeld> context)
    {
        var held = context.Message;
        return MoveAsync(
            held.OrderId, (order, now) => order.NightsHeld(held.StayId, held.PriceFen, held.ExpiresAt, now), context);
    }

    public Task Consume(ConsumeContext<StayRefused> context)
    {
        var refused = context.Message;
        return MoveAsync(
            refused.OrderId, (order, now) =>
                order.NightsRefused(refused.StayId, new(refused.Code, refused.Reason), now),
            context);
    }

    public async Task Consume(ConsumeContext<StayConfirmed> context)
    {
        if (context.Message.OrderId is not { } id) return;
        if (await desk.LockAsync(id, context.CancellationToken) is not { } order) return;

        var now = await db.NowAsync(context.CancellationToken);
        var stand = await desk.PlacesStandAsync(order, now, context.CancellationToken);
        order.NightsSold(context.Message.StayId, stand, now);
        await desk.CarryOutAsync(order, now, context.CancellationToken);
    }

    public Task Consume(ConsumeContext<StayReleased> context)
    {
        var released = context.Message;
        return MoveAsync(
            released.OrderId, (order, now) => order.NightsReturned(released.StayId, released.Reason, now), context);
    }

    public Task Consume(ConsumeContext<StayCancelled> context)
    {
        var cancelled = context.Message;
        return MoveAsync(
            cancelled.OrderId,
            (order, now) =>
                order.NightsCancelled(cancelled.StayId, cancelled.RefundFen, cancelled.Reason, now), context);
    }

    public Task Consume(ConsumeContext<StayChanged> context)
    {
        var changed = context.Message;
        return MoveAsync(
            changed.OrderId, (order, now) =>
                order.NightsCheaper(changed.StayId, changed.RefundFen, "changed", now), context);
    }

    /// <summary>What the host earned is what was kept; the rest of the price goes back.</summary>
    public Task Consume(ConsumeContext<StayCheckedOut> context)
    {
        var left = context.Message;
        return MoveAsync(
            left.OrderId,
            (order, now) =>
                order.NightsCheaper(left.StayId, order.KeptFen(left.StayId) - left.PriceFen, "early-departure", now),
            context);
    }

    private async Task MoveAsync(Guid? orderId, Action<Order, DateTimeOffset> move, ConsumeContext context)
    {
        if (orderId is not { } id || await desk.LockAsync(id, context.CancellationToken) is not { } order) return;

        var now = await db.NowAsync(context.CancellationToken);
        move(order, now);
        await desk.CarryOutAsync(order, now, context.CancellationToken);
    }
}
