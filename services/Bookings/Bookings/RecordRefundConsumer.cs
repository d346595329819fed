using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <summary>Whether the money arrived back, as the booking's answer shows it.</summary>
internal sealed class RecordRefundConsumer(BookingsDb db) : IConsumer<RefundSettled>, IConsumer<RefundFailed>
{
    public Task Consume(ConsumeContext<RefundSettled> context) => ChangeAsync(
        context.Message.Purpose, context.Message.Key, refund => refund.Settle(context.Message.SettledAt),
        context.CancellationToken);

    public Task Consume(ConsumeContext<RefundFailed> context) => ChangeAsync(
        context.Message.Purpose, context.Message.Key, refund => refund.Fail(context.Message.Reason),
        context.CancellationToken);

    private async Task ChangeAsync(
        string purpose, string key, Action<BookingRefund> change, CancellationToken cancellation)
    {
        if (purpose != BookingPayment.Purpose) return;

        // Settled and failed may come together: the later one waits and sees what the earlier one wrote.
        var refund = await db.BookingRefunds
            .FromSql($"SELECT * FROM booking_refunds WHERE key = {key} FOR UPDATE").SingleOrDefaultAsync(cancellation);
        if (refund is null) return;

        change(refund);
        await db.SaveChangesAsync(cancellation);
    }
}
