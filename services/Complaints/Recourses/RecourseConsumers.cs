using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using MassTransit;

namespace Jingdezhen.Tourism.Complaints.Recourses;

/// <summary>A merchant paid what it owes; what it paid too much goes back to it.</summary>
internal sealed class MatchRepaymentConsumer(ComplaintsDb db, RecourseDesk desk) : IConsumer<PaymentCaptured>
{
    public async Task Consume(ConsumeContext<PaymentCaptured> context)
    {
        var paid = context.Message;
        if (paid.Purpose != "recourse"
            || await desk.LockAsync(paid.SubjectId, context.CancellationToken) is not { } owed) return;

        var source = $"payment:{paid.PaymentId}";
        var excess = await desk.RepayAsync(owed, source, paid.AmountFen, "repaid", context.CancellationToken);
        if (excess > 0)
        {
            db.Publish(new RequestRefund(
                $"recourse-excess:{paid.PaymentId}", paid.Key, "recourse", owed.Id, excess, paid.Currency, "overpaid"));
        }

        await db.SaveChangesAsync(context.CancellationToken);
    }
}

internal sealed class SettleReturnConsumer(RecourseDesk desk) : IConsumer<PayoutSettled>
{
    public Task Consume(ConsumeContext<PayoutSettled> context) =>
        desk.EndReturnAsync(context.Message.Key, arrived: true, context.CancellationToken);
}

internal sealed class FailReturnConsumer(RecourseDesk desk) : IConsumer<PayoutFailed>
{
    public Task Consume(ConsumeContext<PayoutFailed> context) =>
        desk.EndReturnAsync(context.Message.Key, arrived: false, context.CancellationToken);
}

internal sealed class MatchDeductionConsumer(RecourseDesk desk) : IConsumer<HostPaid>
{
    public Task Consume(ConsumeContext<HostPaid> context) => context.Message.RecourseFen > 0
        ? desk.TakeFromPayoutAsync(
            context.Message.MerchantId, context.Message.PayoutId, context.Message.RecourseFen,
                context.CancellationToken)
        : Task.CompletedTask;
}
