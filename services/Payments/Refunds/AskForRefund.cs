using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Settlement;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Ledger;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Payments.Refunds;

/// <summary>The one way a refund begins: once for the asker's key, never more than was captured, the money set aside at
/// once.</summary>
internal sealed class AskForRefund(PaymentsDb db, KeyLock keys, TimeProvider clock)
{
    public async Task<Decision<Refund>> Handle(RequestRefund asked, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(asked.Key)) return new Refusal("invalid-key", "A refund needs a key.");
        if (asked.AmountFen <= 0) return new Refusal("wrong-amount", $"{asked.AmountFen} fen cannot be refunded.");

        await keys.TakeAsync("refund", asked.Key, cancellation);
        if (await db.Refunds.SingleOrDefaultAsync(known => known.Key == asked.Key, cancellation) is { } known)
        {
            return (known.PaymentKey, known.SubjectId, known.AmountFen) == (
                asked.PaymentKey, asked.SubjectId, asked.AmountFen)
                ? known
                : new Refusal("refund-key-reused", $"The key {asked.Key} stands for another refund.");
        }

        // Two refunds of one payment queue for its row, so no two of them both see the last fen.
        var payment = await db.Payments
            .FromSql($"SELECT *, xmin FROM payments WHERE key = {asked.PaymentKey} FOR NO KEY UPDATE")
            .SingleOrDefaultAsync(cancellation);
        if (payment is null) return new Refusal("unknown-payment", $"There is no payment {asked.PaymentKey}.");
        if (payment.State != PaymentState.Captured) return new Refusal("not-captured", "Nothing has been paid yet.");
        if (asked.Currency != payment.Currency) return new Refusal(
            "wrong-currency", $"It was paid in {payment.Currency}.");
        if (asked.AmountFen > payment.AmountFen - payment.RefundedFen)
        {
            return new Refusal(
                "refund-above-captured", $"{payment.AmountFen - payment.RefundedFen} fen are left to refund.");
        }

        var now = clock.GetUtcNow();
        var refund = new Refund
        {
            Id = Guid.CreateVersion7(), Key = asked.Key, PaymentId = payment.Id, PaymentKey = payment.Key,
            Provider = payment.Provider, Purpose = asked.Purpose, SubjectId = asked.SubjectId,
            AmountFen = asked.AmountFen,
            Currency = asked.Currency, Reason = asked.Reason, CreatedAt = now,
        };
        var posted = await Ledger.PostAsync(db,
            [Transfer.Between(
                Accounts.Held(payment.Provider), Accounts.Refunding(payment.Provider), refund.AmountFen,
                $"refund-set-aside:{refund.Id}", $"Refund of payment {payment.Id} set aside")], cancellation);
        if (posted[0].Refusal is { } refusal) return refusal;

        payment.Reserve(refund.AmountFen);
        refund.TakeNextStepAt(now);
        db.Refunds.Add(refund);
        return refund;
    }
}

internal sealed class RequestRefundConsumer(PaymentsDb db, AskForRefund ask) : IConsumer<RequestRefund>
{
    public async Task Consume(ConsumeContext<RequestRefund> context)
    {
        var asked = context.Message;
        var decision = await ask.Handle(asked, context.CancellationToken);
        if (decision.Refusal is { Code: "refund-key-reused" } reused) throw new InvalidOperationException(
            reused.Reason);

        if (decision.IsRefused)
        {
            db.Publish(new RefundFailed(
                asked.Key, asked.PaymentKey, asked.Purpose, asked.SubjectId, asked.AmountFen, decision.Refusal.Code));
        }

        await db.SaveChangesAsync(context.CancellationToken);
        FaultPoint.Reach("refund-requested");
    }
}
