using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <summary>What Homestays says of an order's nights moves the order on. Stays outside an order are no concern of
/// it.</summary>
internal sealed class FollowNightsConsumer(InboxGroup<OrderWord> orders) : IGroupedConsumer,
    IConsumer<StayHeld>, IConsumer<StayRefused>, IConsumer<StayConfirmed>, IConsumer<StayReleased>,
    IConsumer<StayCancelled>, IConsumer<StayChanged>, IConsumer<StayCheckedOut>
{
    public Task Consume(ConsumeContext<StayHeld> context)
    {
        var held = context.Message;
        return HearAsync(context, held.OrderId, (order, _, now) =>
            order.NightsHeld(held.StayId, held.PriceFen, held.ExpiresAt, now));
    }

    public Task Consume(ConsumeContext<StayRefused> context)
    {
        var refused = context.Message;
        return HearAsync(context, refused.OrderId, (order, _, now) =>
            order.NightsRefused(refused.StayId, new(refused.Code, refused.Reason), now));
    }

    public Task Consume(ConsumeContext<StayConfirmed> context)
    {
        var sold = context.Message;
        return HearAsync(
            context, sold.OrderId, (order, stand, now) => order.NightsSold(sold.StayId, stand, now), asksPlaces: true);
    }

    public Task Consume(ConsumeContext<StayReleased> context)
    {
        var released = context.Message;
        return HearAsync(context, released.OrderId, (order, _, now) =>
            order.NightsReturned(released.StayId, released.Reason, now));
    }

    public Task Consume(ConsumeContext<StayCancelled> context)
    {
        var cancelled = context.Message;
        return HearAsync(context, cancelled.OrderId, (order, _, now) =>
            order.NightsCancelled(
                cancelled.StayId, cancelled.RefundedFen ?? order.RefundedFenOf(cancelled.StayId) + cancelled.RefundFen,
                cancelled.Reason, now));
    }

    public Task Consume(ConsumeContext<StayChanged> context)
    {
        var changed = context.Message;
        return HearAsync(context, changed.OrderId, (order, _, now) =>
            order.NightsCheaper(
                changed.StayId, changed.RefundedFen ?? order.RefundedFenOf(changed.StayId) + changed.RefundFen,
                "changed", now));
    }

    /// <summary>What the host earned is what was kept; the rest of the price goes back.</summary>
    public Task Consume(ConsumeContext<StayCheckedOut> context)
    {
        var left = context.Message;
        return HearAsync(context, left.OrderId, (order, _, now) => order.NightsCheaper(
            left.StayId, order.PriceFenOf(left.StayId) - left.PriceFen, "early-departure", now));
    }

    private Task HearAsync(ConsumeContext context, Guid? orderId, OrderMove move, bool asksPlaces = false) =>
        orderId is { } id ? orders.HandleAsync(context, new(id, move, asksPlaces)) : Task.CompletedTask;
}
