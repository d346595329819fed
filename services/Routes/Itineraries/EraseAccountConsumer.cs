using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Routes.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Itineraries;

/// <summary>
/// Itineraries with their versions and positions go with the account, and so do the answers kept for its repeated
/// requests; plans not saved carry no account.
/// </summary>
internal sealed class EraseAccountConsumer(RoutesDb db) : IConsumer<AccountDeleted>
{
    public async Task Consume(ConsumeContext<AccountDeleted> context)
    {
        var account = context.Message.AccountId;
        await db.Itineraries.Where(itinerary => itinerary.AccountId == account)
            .ExecuteDeleteAsync(context.CancellationToken);
        var callers = $"%/{account}";
        await db.Database.ExecuteSqlAsync(
            $"DELETE FROM idempotency_keys WHERE caller LIKE {callers}", context.CancellationToken);
    }
}
