using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>A stay that is no part of an order was paid: the same command confirms it that an order would
/// send.</summary>
internal sealed class ConfirmPaidStayConsumer(HomestaysDb db)
    : IConsumer<PaymentCaptured>, IConsumer<PaymentFailed>, ISelective<PaymentCaptured>, ISelective<PaymentFailed>
{
    public static bool Concerns(PaymentCaptured message) => message.Purpose == StayPayment.Purpose;

    public static bool Concerns(PaymentFailed message) => message.Purpose == StayPayment.Purpose;

    public async Task Consume(ConsumeContext<PaymentCaptured> context)
    {
        var paid = context.Message;
        (await LockAsync(paid.SubjectId, paid.Key, context.CancellationToken))?.Capture();
        db.Publish(new ConfirmStay(paid.SubjectId, OrderId: null, paid.AmountFen, "payment", paid.Key));
        await db.SaveChangesAsync(context.CancellationToken);
    }

    /// <summary>The hold stays until its deadline: the guest may pay in another way.</summary>
    public async Task Consume(ConsumeContext<PaymentFailed> context)
    {
        var failure = context.Message;
        (await LockAsync(failure.SubjectId, failure.Key, context.CancellationToken))?.Fail(failure.Reason);
        await db.SaveChangesAsync(context.CancellationToken);
    }

    /// <summary>Under the stay's lock, as the guest and the host have it who close payments.</summary>
    private async Task<StayPayment?> LockAsync(Guid stayId, string key, CancellationToken cancellation)
    {
        await db.LockStayAsync(stayId, _ => true, cancellation);
        return await db.StayPayments.FindAsync([key], cancellation);
    }
}

/// <summary>Whether the money arrived back, as guest, host and staff read it; what failed is asked for again
/// later.</summary>
internal sealed class RecordRefundConsumer(HomestaysDb db)
    : IConsumer<RefundSettled>, IConsumer<RefundFailed>, ISelective<RefundSettled>, ISelective<RefundFailed>
{
    public static bool Concerns(RefundSettled message) => message.Purpose == StayPayment.Purpose;

    public static bool Concerns(RefundFailed message) => message.Purpose == StayPayment.Purpose;

    public async Task Consume(ConsumeContext<RefundSettled> context)
    {
        var (back, cancellation) = (context.Message, context.CancellationToken);

        // An admin's own refund stands for one of that sum that has failed: two are not to reach the payer.
        var refund = await LockAsync(back.Key, cancellation) ?? await db.StayRefunds
            .FromSql(
                $"""
                SELECT * FROM stay_refunds
                WHERE stay_id = {back.SubjectId} AND payment_key = {back.PaymentKey}
                  AND amount_fen = {back.AmountFen} AND state = 'failed'
                ORDER BY id LIMIT 1 FOR UPDATE
                """).SingleOrDefaultAsync(cancellation);
        refund?.Settle(back.SettledAt.ToUniversalTime());
        await db.SaveChangesAsync(cancellation);
    }

    public async Task Consume(ConsumeContext<RefundFailed> context)
    {
        var (failure, cancellation) = (context.Message, context.CancellationToken);
        var refund = await LockAsync(failure.Key, cancellation);
        refund?.Fail(failure.Reason, await db.NowAsync(cancellation));
        await db.SaveChangesAsync(cancellation);
    }

    private Task<StayRefund?> LockAsync(string key, CancellationToken cancellation) => db.StayRefunds
        .FromSql($"SELECT * FROM stay_refunds WHERE asked_as = {key} FOR UPDATE").SingleOrDefaultAsync(cancellation);
}

/// <summary>A provider's bad hour, or a closed card, does not make the guest's money the platform's.</summary>
internal sealed class AskRefundsAgainJob(IServiceScopeFactory scopes, ILogger<AskRefundsAgainJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromSeconds(5))
{
    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var db = services.GetRequiredService<HomestaysDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(stopping);
        var failed = await db.StayRefunds.FromSql(
            $"""
            SELECT * FROM stay_refunds WHERE ask_again_at <= now()
            ORDER BY ask_again_at LIMIT 100 FOR UPDATE SKIP LOCKED
            """).ToListAsync(stopping);
        foreach (var refund in failed)
        {
            refund.AskAgain();
            db.TellOwed(refund);
        }

        await db.SaveChangesAsync(stopping);
        await transaction.CommitAsync(stopping);
    }
}
