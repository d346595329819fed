using System.Diagnostics;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Homestays.Guests;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>Holds rooms for orders; answers StayHeld or StayRefused.</summary>
internal sealed class HoldStayConsumer(InboxGroup<HoldStay> holds) : IGroupedConsumer, IConsumer<HoldStay>
{
    public Task Consume(ConsumeContext<HoldStay> context) => holds.HandleAsync(context, context.Message);
}

/// <summary>
/// What orders ask to be held, through the same door as everybody, many in the inbox's own transaction. A no is an
/// answer too: it is sent as StayRefused and never reaches the error queue.
/// </summary>
internal sealed class HoldStays(HomestaysDb db, Admission door, RoomLock locks, PersonalData people)
{
    public async Task HandleAsync(IReadOnlyList<Letter<HoldStay>> letters, CancellationToken cancellation)
    {
        // Asked for twice by two messages it is one wish: the second would meet the first one in its own room.
        var wishes = letters.DistinctBy(letter => letter.Item.StayId).ToList();
        await locks.TakeStaysAsync(db, wishes.Select(letter => letter.Item.StayId), cancellation);
        var answers = await door.AdmitAsync(
            (NpgsqlConnection)db.Database.GetDbConnection(),
            wishes.ConvertAll(letter => (WishOf(letter.Item), (WishKey?)null)), clashThrows: false, cancellation);
        foreach (var ((asked, trace), answer) in wishes.Zip(answers))
        {
            if (answer.Refusal is not { } no) continue;

            Activity.Current = trace;
            db.Publish(new StayRefused(asked.StayId, asked.OrderId, asked.RoomId, no.Code, no.Reason));
        }

        await db.SaveChangesAsync(cancellation);

        // The door wrote its outbox rows past the context; a row it knows of wakes the relay when the inbox commits.
        db.Attach(new OutboxMessage { Contract = nameof(StayHeld), Body = "" });
    }

    private Wish WishOf(HoldStay asked) => new(
        asked.StayId, asked.RoomId, asked.Arrival, asked.Departure, asked.Adults, asked.Children, asked.OrderId,
        asked.AccountId, asked.Channel, asked.Source, asked.Campaign,
        asked.AccountId is { } account ? people.GuestKeyOf(account) : null, Country: null,
        asked.ExpiresAt.ToUniversalTime(), ByMessage: true);
}
