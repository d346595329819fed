using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Homestays.Guests;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>
/// Holds a room for an order, through the same door as everybody, in the inbox's own transaction. A no is an answer
/// too: it is sent as StayRefused and never reaches the error queue.
/// </summary>
internal sealed class HoldStayConsumer(HomestaysDb db, Admission door, RoomLock locks, PersonalData people)
    : IConsumer<HoldStay>
{
    public async Task Consume(ConsumeContext<HoldStay> context)
    {
        var asked = context.Message;
        var wish = new Wish(
            asked.StayId, asked.RoomId, asked.Arrival, asked.Departure, asked.Adults, asked.Children, asked.OrderId,
            asked.AccountId, asked.Channel, asked.Source, asked.Campaign,
            asked.AccountId is { } account ? people.GuestKeyOf(account) : null, Country: null,
            asked.ExpiresAt.ToUniversalTime(),
            ByMessage: true);
        await locks.TakeStayAsync(db, asked.StayId, context.CancellationToken);
        var answers = await door.AdmitAsync(
            (NpgsqlConnection)db.Database.GetDbConnection(), [(wish, null)], context.CancellationToken);
        if (answers[0].Refusal is { } refusal)
        {
            db.Publish(new StayRefused(asked.StayId, asked.OrderId, asked.RoomId, refusal.Code, refusal.Reason));
            await db.SaveChangesAsync(context.CancellationToken);
            return;
        }

        // The door wrote its outbox row past the context; a row it knows of wakes the relay when the inbox commits.
        db.Attach(new OutboxMessage { Contract = nameof(StayHeld), Body = "" });
    }
}
