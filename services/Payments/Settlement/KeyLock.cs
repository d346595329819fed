using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Payouts;
using Jingdezhen.Tourism.Payments.Refunds;
using Jingdezhen.Tourism.Payments.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Payments.Settlement;

/// <summary>Two askers with one key: the second waits, then finds what the first one asked for.</summary>
internal sealed class KeyLock(PaymentsDb db, SettlementGuards guards)
{
    public Task<int> TakeAsync(string kind, string key, CancellationToken cancellation) => guards.Keys
        ? db.Database.ExecuteSqlAsync(
            $"SELECT pg_advisory_xact_lock(hashtextextended({kind + "\n" + key}, 0))", cancellation)
        : Task.FromResult(0);
}

internal static class RowLocks
{
    // Payments before refunds before payouts, each in the order of their ids: nobody waits in a circle.
    public static Task<Dictionary<Guid, Payment>> LockPaymentsAsync(
        this PaymentsDb db, Guid[] ids, CancellationToken cancellation) =>
        db.Payments.FromSql($"SELECT *, xmin FROM payments WHERE id = ANY({ids}) ORDER BY id FOR NO KEY UPDATE")
            .ToDictionaryAsync(payment => payment.Id, cancellation);

    public static Task<Dictionary<Guid, Refund>> LockRefundsAsync(
        this PaymentsDb db, Guid[] ids, CancellationToken cancellation) =>
        db.Refunds.FromSql($"SELECT *, xmin FROM refunds WHERE id = ANY({ids}) ORDER BY id FOR NO KEY UPDATE")
            .ToDictionaryAsync(refund => refund.Id, cancellation);

    public static Task<Dictionary<Guid, Payout>> LockPayoutsAsync(
        this PaymentsDb db, Guid[] ids, CancellationToken cancellation) =>
        db.Payouts.FromSql($"SELECT *, xmin FROM payouts WHERE id = ANY({ids}) ORDER BY id FOR NO KEY UPDATE")
            .ToDictionaryAsync(payout => payout.Id, cancellation);
}
