using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Settlement;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Ledger;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Payments.Payouts;

/// <summary>The one way a payout begins: once for the asker's key, the money set aside at once.</summary>
internal sealed class AskForPayout(PaymentsDb db, KeyLock keys, TimeProvider clock)
{
    private static readonly string[] Purposes = ["compensation", "host", "merchant"];

    public async Task<Decision<Payout>> Handle(RequestPayout asked, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(asked.Key)) return new Refusal("invalid-key", "A payout needs a key.");
        if (!Purposes.Contains(asked.Purpose)) return new Refusal(
            "unknown-purpose", $"Nobody is paid out for {asked.Purpose}.");
        if (asked.AmountFen <= 0) return new Refusal("wrong-amount", $"{asked.AmountFen} fen cannot be paid out.");
        if (asked.Currency != AskForPayment.Currency)
        {
            return new Refusal("wrong-currency", $"{asked.Currency} is not paid out, only {AskForPayment.Currency}.");
        }

        await keys.TakeAsync("payout", asked.Key, cancellation);
        if (await db.Payouts.SingleOrDefaultAsync(known => known.Key == asked.Key, cancellation) is { } known)
        {
            return (known.Purpose, known.SubjectId, known.PayeeId, known.AmountFen)
                == (asked.Purpose, asked.SubjectId, asked.PayeeId, asked.AmountFen)
                ? known
                : new Refusal("payout-key-reused", $"The key {asked.Key} stands for another payout.");
        }

        var now = clock.GetUtcNow();
        var payout = new Payout
        {
            Id = Guid.CreateVersion7(), Key = asked.Key, Purpose = asked.Purpose, SubjectId = asked.SubjectId,
            PayeeId = asked.PayeeId, AmountFen = asked.AmountFen, Currency = asked.Currency, CreatedAt = now,
        };
        var posted = await Ledger.PostAsync(db,
            [Transfer.Between(
                Accounts.Treasury, Accounts.PayingOut, payout.AmountFen,
                $"payout-set-aside:{payout.Id}", $"Payout for {payout.Purpose} {payout.SubjectId} set aside")],
                cancellation);
        if (posted[0].Refusal is { } refusal) return refusal;

        payout.TakeNextStepAt(now);
        db.Payouts.Add(payout);
        return payout;
    }
}

internal sealed class RequestPayoutConsumer(PaymentsDb db, AskForPayout ask) : IConsumer<RequestPayout>
{
    public async Task Consume(ConsumeContext<RequestPayout> context)
    {
        var asked = context.Message;
        var decision = await ask.Handle(asked, context.CancellationToken);
        if (decision.Refusal is { Code: "payout-key-reused" } reused) throw new InvalidOperationException(
            reused.Reason);

        if (decision.IsRefused)
        {
            db.Publish(new PayoutFailed(
                asked.Key, asked.Purpose, asked.SubjectId, asked.PayeeId, asked.AmountFen, decision.Refusal.Code));
        }

        await db.SaveChangesAsync(context.CancellationToken);
        FaultPoint.Reach("payout-requested");
    }
}
