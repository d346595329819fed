using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>Gives a stay's nights back; answers StayReleased, StayCancelled, or StayRefused for a sale that is to
/// stay.</summary>
internal sealed class ReleaseStayConsumer(HomestaysDb db, RoomLock locks, TimeProvider clock) : IConsumer<ReleaseStay>
{
    public async Task Consume(ConsumeContext<ReleaseStay> context)
    {
        var (told, cancellation) = (context.Message, context.CancellationToken);
        await locks.TakeStayAsync(db, told.StayId, cancellation);
        var (stay, now) = await db.LockStayAsync(told.StayId, _ => true, cancellation);
        switch (stay?.State)
        {
            case null:
                // Messages come in any order: the hold that was meant may still be on its way, and must then be
                // refused.
                await db.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO withdrawn_holds (stay_id, withdrawn_at) VALUES ({told.StayId}, now())
                    ON CONFLICT DO NOTHING
                    """, cancellation);
                db.Publish(new StayReleased(told.StayId, told.OrderId, Guid.Empty, "never-held"));
                break;

            case Stay.Held:
                stay.Release(told.Reason, now);
                db.TellReleased(stay);
                break;

            case Stay.Confirmed when told.CancelConfirmed:
                var refundedBefore = stay.RefundedFen;
                stay.Cancel(told.Reason, atFault: told.InFull, now);
                await db.TellCancelledAsync(stay, stay.RefundedFen - refundedBefore, clock.Today(), cancellation);
                break;

            case Stay.Confirmed or Stay.CheckedIn or Stay.CheckedOut or Stay.NoShow:
                db.Publish(new StayRefused(
                    stay.Id, stay.OrderId, stay.RoomId, "not-held",
                    $"The stay is {stay.State} and was not to be cancelled."));
                break;

            default:
                db.TellReleased(stay);
                break;
        }

        await db.SaveChangesAsync(cancellation);
    }
}
