using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <summary>Erases who the guest was from all bookings of a deleted account; the sales stay counted.</summary>
internal sealed class ForgetGuestConsumer(BookingsDb db) : IConsumer<AccountDeleted>
{
    private const int Batch = 500;

    public async Task Consume(ConsumeContext<AccountDeleted> context)
    {
        while (true)
        {
            var bookings = await db.Bookings.Include(b => b.UnitItems)
                .Where(b => b.AccountId == context.Message.AccountId)
                .OrderBy(b => b.Id).Take(Batch).ToListAsync(context.CancellationToken);
            foreach (var booking in bookings) booking.Forget();

            await db.SaveChangesAsync(context.CancellationToken);
            db.ChangeTracker.Clear();
            if (bookings.Count < Batch) break;
        }

        // The stored answers of this caller's keys quote its bookings.
        var caller = "%/" + context.Message.AccountId;
        await db.Database.ExecuteSqlAsync(
            $"DELETE FROM idempotency_keys WHERE caller LIKE {caller}", context.CancellationToken);
    }
}
