using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>Sells a held stay that has been paid at its frozen price; answers StayConfirmed or StayRefused.</summary>
internal sealed class ConfirmStayConsumer(HomestaysDb db) : IConsumer<ConfirmStay>
{
    public async Task Consume(ConsumeContext<ConfirmStay> context)
    {
        var told = context.Message;
        var (stay, now) = await db.LockStayAsync(told.StayId, _ => true, context.CancellationToken);

        // Told twice in two messages: the first was answered, and counting a sale twice would be worse than silence.
        if (stay?.ConfirmedAt is not null && stay.State is not Stay.Cancelled) return;

        var refusal = stay is null ? new("no-such-stay", "No such stay was ever held.")
            : stay.Confirm(told.PaidFen, told.Authority, now);
        if (refusal is null)
        {
            await db.TellConfirmedAsync(stay!, context.CancellationToken);
        }
        else
        {
            db.Publish(new StayRefused(told.StayId, told.OrderId, stay?.RoomId ?? Guid.Empty, refusal.Code,
                refusal.Reason));

            // Money that came for this stay alone and cannot buy it any more goes back where it came from.
            if (told.OrderId is null && told.Authority == "payment")
            {
                db.Publish(new RequestRefund(
                    $"stay-{told.StayId}-{refusal.Code}", StayNews.PaymentKeyOf(told.StayId), "stay", told.StayId,
                    told.PaidFen,
                    "CNY", refusal.Code));
            }
        }

        await db.SaveChangesAsync(context.CancellationToken);
    }
}

/// <summary>A stay that is no part of an order was paid: the same command confirms it that an order would
/// send.</summary>
internal sealed class ConfirmPaidStayConsumer(HomestaysDb db) : IConsumer<PaymentCaptured>
{
    public async Task Consume(ConsumeContext<PaymentCaptured> context)
    {
        var paid = context.Message;
        if (paid.Purpose != "stay" || paid.Key != StayNews.PaymentKeyOf(paid.SubjectId)) return;

        db.Publish(new ConfirmStay(paid.SubjectId, OrderId: null, paid.AmountFen, "payment"));
        await db.SaveChangesAsync(context.CancellationToken);
    }
}
