using System.Diagnostics;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>Sells held stays that have been paid at their frozen price; answers StayConfirmed or StayRefused.</summary>
internal sealed class ConfirmStayConsumer(InboxGroup<ConfirmStay> sales) : IGroupedConsumer, IConsumer<ConfirmStay>
{
    public Task Consume(ConsumeContext<ConfirmStay> context) => sales.HandleAsync(context, context.Message);
}

/// <summary>Many sales in one transaction, the stays locked in the order of their ids.</summary>
internal sealed class ConfirmStays(HomestaysDb db)
{
    public async Task HandleAsync(IReadOnlyList<Letter<ConfirmStay>> letters, CancellationToken cancellation)
    {
        var ids = letters.Select(letter => letter.Item.StayId).Distinct().ToArray();
        var stays = await db.Stays
            .FromSql($"SELECT *, xmin FROM stays WHERE id = ANY({ids}) ORDER BY id FOR UPDATE")
            .ToDictionaryAsync(stay => stay.Id, cancellation);
        var now = await db.NowAsync(cancellation);
        var listingIds = stays.Values.Select(stay => stay.ListingId).Distinct().ToArray();
        var listings = await db.Listings.AsNoTracking().Where(listing => listingIds.Contains(listing.Id))
            .ToDictionaryAsync(listing => listing.Id, cancellation);
        foreach (var (told, trace) in letters)
        {
            var stay = stays.GetValueOrDefault(told.StayId);

            // Told twice in two messages: the first was answered, and counting a sale twice would be worse than
            // silence. Other money for a stay that is sold already is not the same told twice.
            if (stay?.ConfirmedAt is not null
                && (IsPaidAlone(told) ? stay.IsPaidWith(KeyOf(told)) : stay.State is not Stay.Cancelled)) continue;
            if (IsPaidAlone(told) && await WasReturnedAsync(told, cancellation)) continue;

            Activity.Current = trace;
            var refusal = stay is null ? new("no-such-stay", "No such stay was ever held.")
                : stay.Confirm(told.PaidFen, told.Authority, now, IsPaidAlone(told) ? KeyOf(told) : null);
            if (refusal is null)
            {
                db.TellConfirmed(stay!, listings[stay!.ListingId]);
                continue;
            }

            db.Publish(new StayRefused(
                told.StayId, told.OrderId, stay?.RoomId ?? Guid.Empty, refusal.Code, refusal.Reason));
            if (IsPaidAlone(told) && told.PaidFen > 0) await GiveBackAsync(told, stay, refusal.Code, now, cancellation);
        }

        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Money that came for this stay alone and cannot buy it any more goes back where it came from.</summary>
    private async Task GiveBackAsync(
        ConfirmStay told, Stay? stay, string because, DateTimeOffset now, CancellationToken cancellation)
    {
        if (stay is null)
        {
            db.Publish(new RequestRefund(
                BackKeyOf(told), KeyOf(told), StayPayment.Purpose, told.StayId, told.PaidFen, "CNY", because));
            return;
        }

        (await db.StayPayments.FindAsync([KeyOf(told)], cancellation))?.Return();
        db.Owe(stay, BackKeyOf(told), KeyOf(told), told.PaidFen, because, now);
    }

    private async Task<bool> WasReturnedAsync(ConfirmStay told, CancellationToken cancellation)
    {
        var key = BackKeyOf(told);
        return db.StayRefunds.Local.Any(known => known.Key == key)
            || await db.StayRefunds.AnyAsync(known => known.Key == key, cancellation);
    }

    private static bool IsPaidAlone(ConfirmStay told) => told.OrderId is null && told.Authority == "payment";

    private static string BackKeyOf(ConfirmStay told) => $"{KeyOf(told)}-back";

    private static string KeyOf(ConfirmStay told) => told.PaymentKey ?? StayPayment.FirstKeyOf(told.StayId);
}
