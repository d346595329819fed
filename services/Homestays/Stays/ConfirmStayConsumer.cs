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
            // silence.
            if (stay?.ConfirmedAt is not null && stay.State is not Stay.Cancelled) continue;

            Activity.Current = trace;
            var refusal = stay is null ? new("no-such-stay", "No such stay was ever held.")
                : stay.Confirm(told.PaidFen, told.Authority, now);
            if (refusal is null)
            {
                db.TellConfirmed(stay!, listings[stay!.ListingId]);
                continue;
            }

            db.Publish(new StayRefused(
                told.StayId, told.OrderId, stay?.RoomId ?? Guid.Empty, refusal.Code, refusal.Reason));

            // Money that came for this stay alone and cannot buy it any more goes back where it came from.
            if (told.OrderId is null && told.Authority == "payment")
            {
                db.Publish(new RequestRefund(
                    $"stay-{told.StayId}-{refusal.Code}", StayNews.PaymentKeyOf(told.StayId), "stay", told.StayId,
                    told.PaidFen, "CNY", refusal.Code));
            }
        }

        await db.SaveChangesAsync(cancellation);
    }
}

/// <summary>A stay that is no part of an order was paid: the same command confirms it that an order would
/// send.</summary>
internal sealed class ConfirmPaidStayConsumer(HomestaysDb db) : IConsumer<PaymentCaptured>, ISelective<PaymentCaptured>
{
    public static bool Concerns(PaymentCaptured message) =>
        message.Purpose == "stay" && message.Key == StayNews.PaymentKeyOf(message.SubjectId);

    public async Task Consume(ConsumeContext<PaymentCaptured> context)
    {
        var paid = context.Message;
        db.Publish(new ConfirmStay(paid.SubjectId, OrderId: null, paid.AmountFen, "payment"));
        await db.SaveChangesAsync(context.CancellationToken);
    }
}
