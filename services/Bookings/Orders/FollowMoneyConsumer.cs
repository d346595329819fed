using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <summary>What Payments says of an order's money moves the order on. Other purposes are no concern of it.</summary>
internal sealed class FollowMoneyConsumer(InboxGroup<OrderWord> orders) : IGroupedConsumer,
    IConsumer<PaymentCaptured>, IConsumer<PaymentFailed>, IConsumer<RefundSettled>, IConsumer<RefundFailed>
{
    public Task Consume(ConsumeContext<PaymentCaptured> context)
    {
        var money = context.Message;
        return HearAsync(context, money.Purpose, new(
            money.SubjectId,
            (order, stand, now) => order.MoneyCame(money.Key, money.AmountFen, money.Currency, stand, now),
            AsksPlaces: true,

            // Nobody asked for it under our name, yet it is somebody's money.
            IfUnknown: new RequestRefund(
                $"{money.Key}-back", money.Key, money.Purpose, money.SubjectId, money.AmountFen, money.Currency,
                "not-asked")));
    }

    public Task Consume(ConsumeContext<PaymentFailed> context)
    {
        var failure = context.Message;
        return HearAsync(context, failure.Purpose, new(
            failure.SubjectId, (order, _, now) => order.MoneyFailed(failure.Key, failure.Reason, now)));
    }

    public Task Consume(ConsumeContext<RefundSettled> context)
    {
        var back = context.Message;
        return HearAsync(context, back.Purpose, new(
            back.SubjectId,
            (order, _, now) => order.MoneyReturned(back.Key, back.PaymentKey, back.AmountFen, back.SettledAt, now)));
    }

    public Task Consume(ConsumeContext<RefundFailed> context)
    {
        var failure = context.Message;
        return HearAsync(context, failure.Purpose, new(
            failure.SubjectId, (order, _, now) => order.MoneyStuck(failure.Key, failure.Reason, now)));
    }

    private Task HearAsync(ConsumeContext context, string purpose, OrderWord word) =>
        purpose == Order.PaymentPurpose ? orders.HandleAsync(context, word) : Task.CompletedTask;
}
