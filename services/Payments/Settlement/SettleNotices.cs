using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Payouts;
using Jingdezhen.Tourism.Payments.Providers;
using Jingdezhen.Tourism.Payments.Refunds;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Ledger;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Payments.Settlement;

/// <summary>
/// The one door through which a provider's word becomes our state: notices, answers and queries alike. In one
/// transaction for all that wait: rows locked, the table of states asked, the ledger posted, the outbox written. What
/// comes twice or too late finds its state taken and changes nothing.
/// </summary>
internal sealed class SettleNotices(IServiceScopeFactory scopes, SettlementGuards guards, TimeProvider clock)
{
    public async Task<IReadOnlyList<Refusal?>> CommitAsync(
        IReadOnlyList<ProviderNotice> notices, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PaymentsDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);

        var refundIds = IdsOf(notices, "refund");
        List<Guid> refunded = refundIds.Length == 0 ? []
            : await db.Refunds.Where(refund => refundIds.Contains(refund.Id)).Select(refund => refund.PaymentId)
                .ToListAsync(cancellation);
        Guid[] paymentIds = [.. IdsOf(notices, "payment").Union(refunded)];
        var payments = await db.LockPaymentsAsync(paymentIds, cancellation);
        var refunds = refundIds.Length == 0 ? [] : await db.LockRefundsAsync(refundIds, cancellation);
        var payoutIds = IdsOf(notices, "payout");
        var payouts = payoutIds.Length == 0 ? [] : await db.LockPayoutsAsync(payoutIds, cancellation);

        var transfers = new List<Transfer>();
        var answers = new Refusal?[notices.Count];
        for (var index = 0; index < notices.Count; index++)
        {
            var notice = notices[index];
            answers[index] = notice.Kind switch
            {
                "payment" => Settle(db, payments.GetValueOrDefault(notice.SubjectId), notice, transfers),
                "refund" => refunds.GetValueOrDefault(notice.SubjectId) is { } refund
                    ? Settle(db, refund, payments[refund.PaymentId], notice, transfers)
                    : Unknown(notice),
                _ => Settle(db, payouts.GetValueOrDefault(notice.SubjectId), notice, transfers),
            };
        }

        await RecordAsync(db, notices, answers, cancellation);
        var posted = await Ledger.PostAsync(db, transfers, cancellation);
        if (posted.FirstOrDefault(answer => answer.Refusal is not null) is { } refused)
        {
            throw new InvalidOperationException(
                $"The ledger refused what a provider has done: {refused.Refusal!.Reason}");
        }

        await db.SaveChangesAsync(cancellation);
        if (transfers.Count > 0) FaultPoint.Reach("settling");
        await transaction.CommitAsync(cancellation);
        if (transfers.Count > 0) FaultPoint.Reach("settled");
        return answers;
    }

    private Refusal? Settle(PaymentsDb db, Payment? payment, ProviderNotice notice, List<Transfer> transfers)
    {
        if (payment is null || payment.Provider != notice.Provider) return Unknown(notice);
        if (Mismatch(notice, payment.AmountFen, payment.Currency) is { } mismatch) return mismatch;

        var answer = notice.Answer;
        PaymentEvent? happened = answer.Outcome switch
        {
            Outcome.Pending => PaymentEvent.Accepted,
            Outcome.Authorised => PaymentEvent.Authorised,
            Outcome.Done => PaymentEvent.Captured,
            Outcome.Failed => PaymentEvent.Declined,
            Outcome.Closed => payment.CancelAsked ? PaymentEvent.Cancelled : PaymentEvent.Expired,
            _ => null,
        };
        if (answer.PayWith is not null && !payment.HasEnded) payment.OfferToApp(answer.PayWith);
        if (happened is null) return null;

        var news = payment.Apply(happened.Value, answer.At ?? clock.GetUtcNow(), answer.Reference, answer.Reason);
        if (!news && guards.States) return null;

        if (payment.State == PaymentState.Captured)
        {
            transfers.Add(Transfer.Between(
                Accounts.Payers(payment.Provider), Accounts.Held(payment.Provider), payment.AmountFen,
                $"capture:{payment.Id}", $"Payment for {payment.Purpose} {payment.SubjectId} captured"));
            db.Publish(new PaymentCaptured(
                payment.Id, payment.Key, payment.Purpose, payment.SubjectId, payment.AmountFen, payment.Currency,
                payment.Method, payment.CapturedAt!.Value, payment.Late));
        }
        else if (payment.HasEnded)
        {
            db.Publish(new PaymentFailed(
                payment.Id, payment.Key, payment.Purpose, payment.SubjectId, payment.FailureReason!));
        }

        return null;
    }

    private Refusal? Settle(
        PaymentsDb db, Refund refund, Payment payment, ProviderNotice notice, List<Transfer> transfers)
    {
        if (refund.Provider != notice.Provider) return Unknown(notice);
        if (Mismatch(notice, refund.AmountFen, refund.Currency) is { } mismatch) return mismatch;

        var settled = notice.Answer.Outcome == Outcome.Done;
        if (!settled && notice.Answer.Outcome is not (Outcome.Failed or Outcome.Closed)) return null;
        if (!refund.End(
            settled, notice.Answer.At ?? clock.GetUtcNow(), notice.Answer.Reference, notice.Answer.Reason)) return null;

        if (settled)
        {
            transfers.Add(Transfer.Between(
                Accounts.Refunding(refund.Provider), Accounts.Payers(refund.Provider), refund.AmountFen,
                $"refund:{refund.Id}", $"Refund of payment {refund.PaymentId} settled"));
            db.Publish(new RefundSettled(
                refund.Id, refund.Key, refund.PaymentId, refund.PaymentKey, refund.Purpose, refund.SubjectId,
                refund.AmountFen, refund.Currency, refund.SettledAt!.Value));
        }
        else
        {
            payment.Reserve(-refund.AmountFen);
            transfers.Add(Transfer.Between(
                Accounts.Refunding(refund.Provider), Accounts.Held(refund.Provider), refund.AmountFen,
                $"refund-failed:{refund.Id}", $"Refund of payment {refund.PaymentId} failed"));
            db.Publish(new RefundFailed(
                refund.Key, refund.PaymentKey, refund.Purpose, refund.SubjectId, refund.AmountFen,
                refund.FailureReason!));
        }

        return null;
    }

    private Refusal? Settle(PaymentsDb db, Payout? payout, ProviderNotice notice, List<Transfer> transfers)
    {
        if (payout is null) return Unknown(notice);
        if (Mismatch(notice, payout.AmountFen, payout.Currency) is { } mismatch) return mismatch;

        var settled = notice.Answer.Outcome == Outcome.Done;
        if (!settled && notice.Answer.Outcome is not (Outcome.Failed or Outcome.Closed)) return null;
        if (!payout.End(settled, notice.Answer.At ?? clock.GetUtcNow(), notice.Answer.Reason)) return null;

        transfers.Add(settled
            ? Transfer.Between(
                Accounts.PayingOut, Accounts.Payees(payout.Purpose), payout.AmountFen,
                $"payout:{payout.Id}", $"Payout for {payout.Purpose} {payout.SubjectId} settled")
            : Transfer.Between(
                Accounts.PayingOut, Accounts.Treasury, payout.AmountFen,
                $"payout-failed:{payout.Id}", $"Payout for {payout.Purpose} {payout.SubjectId} failed"));
        if (settled)
        {
            db.Publish(new PayoutSettled(
                payout.Id, payout.Key, payout.Purpose, payout.SubjectId, payout.PayeeId, payout.AmountFen,
                payout.Currency,
                payout.SettledAt!.Value));
        }
        else
        {
            db.Publish(new PayoutFailed(
                payout.Key, payout.Purpose, payout.SubjectId, payout.PayeeId, payout.AmountFen, payout.FailureReason!));
        }

        return null;
    }

    /// <summary>Keeps every notice, also the refused ones: they are what a quarrel with a provider is about.</summary>
    private static async Task RecordAsync(
        PaymentsDb db, IReadOnlyList<ProviderNotice> notices, Refusal?[] answers, CancellationToken cancellation)
    {
        var events = notices.Select((notice, index) => (notice, answers[index]))
            .Where(pair => pair.notice.EventId is not null)
            .OrderBy(pair => pair.notice.EventId, StringComparer.Ordinal).ToList();
        if (events.Count == 0) return;

        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO provider_events (provider, event_id, kind, subject_id, outcome, amount_fen, refused_because)
            SELECT * FROM unnest(
                {events.Select(pair => pair.notice.Provider).ToArray()},
                {events.Select(pair => pair.notice.EventId).ToArray()},
                {events.Select(pair => pair.notice.Kind).ToArray()},
                {events.Select(pair => pair.notice.SubjectId).ToArray()},
                {events.Select(pair => pair.notice.Answer.Outcome.ToString()).ToArray()},
                {events.Select(pair => pair.notice.Answer.AmountFen).ToArray()},
                {events.Select(pair => pair.Item2?.Code).ToArray()})
            ON CONFLICT DO NOTHING
            """, cancellation);
    }

    private static Guid[] IdsOf(IReadOnlyList<ProviderNotice> notices, string kind) =>
        [.. notices.Where(notice => notice.Kind == kind).Select(notice => notice.SubjectId).Distinct()];

    private static Refusal Unknown(ProviderNotice notice) =>
        new($"unknown-{notice.Kind}", $"{notice.Provider} knows a {notice.Kind} {notice.SubjectId} that we do not.");

    private static Refusal? Mismatch(ProviderNotice notice, long amountFen, string currency) =>
        notice.Answer.AmountFen is { } fen && fen != amountFen
            ? new("wrong-amount", $"{notice.Provider} speaks of {fen} fen, we of {amountFen}.")
        : notice.Answer.Currency is { } other && other != currency
            ? new("wrong-currency", $"{notice.Provider} speaks of {other}, we of {currency}.")
        : null;
}
