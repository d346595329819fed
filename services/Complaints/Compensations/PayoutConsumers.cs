using Jingdezhen.Tourism.Contracts.Payments.V1;
using MassTransit;

namespace Jingdezhen.Tourism.Complaints.Compensations;

internal sealed class SettleCompensationConsumer(CompensationDesk desk) : IConsumer<PayoutSettled>
{
    public Task Consume(ConsumeContext<PayoutSettled> context)
    {
        var settled = context.Message;
        return settled.Purpose == "compensation"
            ? desk.SettleAsync(settled.Key, settled.SettledAt.ToUniversalTime(), context.CancellationToken)
            : Task.CompletedTask;
    }
}

internal sealed class FailCompensationConsumer(CompensationDesk desk) : IConsumer<PayoutFailed>
{
    public Task Consume(ConsumeContext<PayoutFailed> context)
    {
        var failed = context.Message;
        return failed.Purpose == "compensation"
            ? desk.FailAsync(failed.Key, failed.Reason, context.CancellationToken)
            : Task.CompletedTask;
    }
}
