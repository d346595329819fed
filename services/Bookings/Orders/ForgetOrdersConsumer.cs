using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <summary>A deleted account leaves its orders without names; what was sold stays counted.</summary>
internal sealed class ForgetOrdersConsumer(BookingsDb db) : IConsumer<AccountDeleted>
{
    public async Task Consume(ConsumeContext<AccountDeleted> context)
    {
        var (account, cancellation) = (context.Message.AccountId, context.CancellationToken);
        await db.OrderNames.Where(
            name => db.Orders.Any(order => order.Id == name.OrderId && order.AccountId == account))
            .ExecuteDeleteAsync(cancellation);
        await db.Database.ExecuteSqlAsync(
            $"UPDATE orders SET account_id = NULL, leader = NULL WHERE account_id = {account}", cancellation);
    }
}
