using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.WaitingList;

/// <summary>A deleted account leaves all its lines and is forgotten there; the log names nobody anyway.</summary>
internal sealed class ForgetWaitingConsumer(BookingsDb db, AdmissionGuards guards) : IConsumer<AccountDeleted>
{
    private const int Batch = 100;

    public async Task Consume(ConsumeContext<AccountDeleted> context)
    {
        var cancellation = context.CancellationToken;
        while (true)
        {
            // By slot, as everyone locks them.
            var slots = await db.WaitingParties.Where(party => party.AccountId == context.Message.AccountId)
                .Select(party => party.SlotId).Distinct().OrderBy(slot => slot).Take(Batch).ToListAsync(cancellation);
            foreach (var slot in slots)
            {
                await db.LockLineAsync(slot, guards, cancellation);
                var parties = await db.WaitingParties
                    .Where(party => party.AccountId == context.Message.AccountId && party.SlotId == slot)
                    .ToListAsync(cancellation);
                await db.LeaveAsync(parties, slot, cancellation);
                foreach (var party in parties) party.Forget();
                await db.SaveChangesAsync(cancellation);
                db.ChangeTracker.Clear();
            }

            if (slots.Count < Batch) return;
        }
    }
}
