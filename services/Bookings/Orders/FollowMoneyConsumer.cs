using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <summary>What Payments says of an order's money moves the order on. Other purposes are no concern of it.</summary>
internal sealed class FollowMoneyConsumer(BookingsDb db, OrderDesk desk) :
    IConsumer<PaymentCaptured>, IConsumer<PaymentFailed>, IConsumer<RefundSettled>, IConsumer<RefundFailed>
{
    public async Task Consume(ConsumeContext<PaymentCaptured> context)
    {
        var (money, cancellation) = (context.Message, context.CancellationToken);
        if (money.Purpose != Order.PaymentPurpose) return;
        if (await desk.LockAsync(money.SubjectId, cancellation) is not { } order)
        {
            // Nobody asked for it under our name, yet it is somebody's money.
            db.Publish(new RequestRefund(
                $"{money.Key}-back", money.Key, money.Purpose, money.SubjectId, money.AmountFen, money.Currency,
                    "not-asked"));
            await db.SaveChangesAsync(cancellation);
            return;
        }

        var now = await db.NowAsync(cancellation);
        var stand = await desk.PlacesStandAsync(order, now, cancellation);
        order.MoneyCame(money.Key, money.AmountFen, money.Currency, stand, now);
        await desk.CarryOutAsync(order, now, cancellation);
    }

    public Task Consume(ConsumeContext<PaymentFailed> context) => MoveAsync(
        context.Message.Purpose, context.Message.SubjectId,
        (order, now) => order.MoneyFailed(context.Message.Key, context.Message.Reason, now), context);

    public Task Consume(ConsumeContext<RefundSettled> context)
    {
        var back = context.Message;
        return MoveAsync(
            back.Purpose, back.SubjectId,
            (order, now) => order.MoneyReturned(back.Key, back.PaymentKey, back.AmountFen, back.SettledAt, now),
            context);
    }

    public Task Consume(ConsumeContext<RefundFailed> context) => MoveAsync(
        context.Message.Purpose, context.Message.SubjectId,
        (order, now) => order.MoneyStuck(context.Message.Key, context.Message.Reason, now), context);

    private async Task MoveAsync(
        string purpose, Guid orderId, Action<Order, DateTimeOffset> move, ConsumeContext context)
    {
        if (purpose != Order.PaymentPurpose
            || await desk.LockAsync(orderId, context.CancellationToken) is not { } order) return;

        var now = await db.NowAsync(context.CancellationToken);
        move(order, now);
        await desk.CarryOutAsync(order, now, context.CancellationToken);
    }
}
