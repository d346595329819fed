using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Payments.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Payments.Payments;

/// <summary>Who asked for a payment wants it no more; the provider is asked to close it, once.</summary>
internal sealed class CancelPaymentConsumer(PaymentsDb db, TimeProvider clock) : IConsumer<CancelPayment>
{
    public async Task Consume(ConsumeContext<CancelPayment> context)
    {
        var key = context.Message.Key;
        var payment = await db.Payments
            .FromSql($"SELECT *, xmin FROM payments WHERE key = {key} FOR NO KEY UPDATE")
            .SingleOrDefaultAsync(context.CancellationToken);

        // A capture is answered by a refund, which is the asker's to ask for: it hears of the money.
        if (payment is not { HasEnded: false, CancelAsked: false, State: not PaymentState.Captured }) return;

        payment.AskForCancel(clock.GetUtcNow());
        await db.SaveChangesAsync(context.CancellationToken);
    }
}
