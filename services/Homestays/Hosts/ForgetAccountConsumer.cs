using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Homestays.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Hosts;

/// <summary>
/// A person asked to be forgotten: the stays keep their nights and their money, and nothing that tells whose they were.
/// </summary>
internal sealed class ForgetAccountConsumer(HomestaysDb db) : IConsumer<AccountDeleted>
{
    public async Task Consume(ConsumeContext<AccountDeleted> context)
    {
        var (account, cancellation) = (context.Message.AccountId, context.CancellationToken);
        await db.RegisteredGuests.Where(g => db.Stays.Any(s => s.Id == g.StayId && s.AccountId == account))
            .ExecuteDeleteAsync(cancellation);
        await db.Reviews.Where(r => r.AccountId == account).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.AccountId, (Guid?)null).SetProperty(r => r.Text, (string?)null),
            cancellation);
        await db.Stays.Where(s => s.AccountId == account).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.AccountId, (Guid?)null).SetProperty(s => s.GuestKey, (string?)null)
                .SetProperty(s => s.CountryOfResidence, (string?)null), cancellation);

        // The answers kept for repeated requests quote nobody, but their caller is the account.
        var callers = $"%/{account}";
        await db.Database.ExecuteSqlAsync($"DELETE FROM idempotency_keys WHERE caller LIKE {callers}", cancellation);
    }
}
