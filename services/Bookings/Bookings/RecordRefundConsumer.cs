using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <summary>Whether the money arrived back, as the booking's answer shows it; what failed is asked for again
/// later.</summary>
internal sealed class RecordRefundConsumer(BookingsDb db)
    : IConsumer<RefundSettled>, IConsumer<RefundFailed>, ISelective<RefundSettled>, ISelective<RefundFailed>
{
    public static bool Concerns(RefundSettled message) => message.Purpose == BookingPayment.Purpose;

    public static bool Concerns(RefundFailed message) => message.Purpose == BookingPayment.Purpose;

    public async Task Consume(ConsumeContext<RefundSettled> context)
    {
        var (back, cancellation) = (context.Message, context.CancellationToken);

        // An admin's own refund stands for one of that sum that is stuck: two are not to reach the payer.
        var refund = await LockAsync(back.Key, cancellation) ?? await db.BookingRefunds
            .FromSql(
                $"""
                SELECT * FROM booking_refunds
                WHERE booking_id = {back.SubjectId} AND payment_key = {back.PaymentKey}
                  AND amount_fen = {back.AmountFen} AND ask_again_at IS NOT NULL
                ORDER BY id LIMIT 1 FOR UPDATE
                """).SingleOrDefaultAsync(cancellation);
        refund?.Settle(back.SettledAt);
        await db.SaveChangesAsync(cancellation);
    }

    public async Task Consume(ConsumeContext<RefundFailed> context)
    {
        var (failure, cancellation) = (context.Message, context.CancellationToken);
        if (await LockAsync(failure.Key, cancellation) is not { } refund) return;

        var failures = 1 + await db.BookingRefunds.CountAsync(
            known => known.PaymentKey == refund.PaymentKey && known.State == RefundState.Failed, cancellation);
        var now = await db.NowAsync(cancellation);
        refund.Fail(failure.Reason, now + BookingRefund.PauseAfter(failures, BookingRefund.FirstPause));
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Settled and failed may come together: the later one waits and sees what the earlier one
    /// wrote.</summary>
    private Task<BookingRefund?> LockAsync(string key, CancellationToken cancellation) => db.BookingRefunds
        .FromSql($"SELECT * FROM booking_refunds WHERE key = {key} FOR UPDATE").SingleOrDefaultAsync(cancellation);
}
