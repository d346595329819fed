using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Homestays.Income;
using Jingdezhen.Tourism.Homestays.Listings;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>What others hear when a stay moves on, and the money that moves with it.</summary>
internal static class StayNews
{
    public static async Task TellConfirmedAsync(this HomestaysDb db, Stay stay, CancellationToken cancellation)
    {
        var listing = await db.Listings.AsNoTracking().SingleAsync(l => l.Id == stay.ListingId, cancellation);
        db.TellConfirmed(stay, listing);
    }

    public static void TellConfirmed(this HomestaysDb db, Stay stay, Listing listing) =>
        db.Publish(new StayConfirmed(
            stay.Id, stay.OrderId, stay.AccountId, stay.ListingId, stay.RoomId, stay.MerchantId, stay.HouseholdId,
            listing.Village, listing.County, listing.ResidentRun, stay.Arrival, stay.Departure, stay.Guests,
            stay.Channel, stay.Source, stay.Campaign, stay.GuestKey, stay.CountryOfResidence, stay.PriceFen, "CNY",
            stay.Authority!, listing.NameZh, listing.NameEn));

    public static void TellReleased(this HomestaysDb db, Stay stay) =>
        db.Publish(new StayReleased(stay.Id, stay.OrderId, stay.RoomId, stay.EndedBecause ?? stay.State));

    /// <summary>The stay was cancelled or nobody came: what was kept is earned, what was not goes back.</summary>
    public static async Task TellCancelledAsync(
        this HomestaysDb db, Stay stay, long refundFen, DateOnly today, CancellationToken cancellation)
    {
        var refund = stay.KeptFen == 0 ? "FULL" : stay.RefundedFen == 0 ? "NONE" : "PARTIAL";
        db.Publish(new StayCancelled(
            stay.Id, stay.OrderId, stay.ListingId, stay.RoomId, stay.MerchantId, stay.ConfirmedAt, refund, refundFen,
            stay.EndedBecause!, stay.RefundedFen));
        db.AskForRefund(stay, refundFen, stay.EndedBecause!, stay.EndedAt!.Value);
        if (stay.KeptFen > 0)
            await db.EarnAsync(stay, stay.State == Stay.NoShow ? "no-show" : "cancellation", nights: 0, today,
                cancellation);
    }

    public static async Task TellCheckedOutAsync(
        this HomestaysDb db, Stay stay, long refundFen, DateOnly today, CancellationToken cancellation)
    {
        var nights = stay.Departure.DayNumber - stay.Arrival.DayNumber;
        var (earned, listing) = await db.EarnAsync(stay, "check-out", nights, today, cancellation);
        db.AskForRefund(stay, refundFen, "early-departure", stay.EndedAt!.Value);
        db.Publish(new StayCheckedOut(
            stay.Id, stay.OrderId, stay.ListingId, stay.MerchantId, stay.HouseholdId, listing.Village, listing.County,
            listing.ResidentRun, stay.Arrival, stay.Departure, nights, stay.Guests, stay.GuestKey,
            stay.CountryOfResidence,
            earned.KeptFen, earned.HostFen, earned.PlatformFen, earned.VillageFen));
    }

    /// <summary>
    /// Only for money that Payments took for this stay alone: an order's is given back by the order, and what a host
    /// took on the spot by the host.
    /// </summary>
    public static void AskForRefund(
        this HomestaysDb db, Stay stay, long refundFen, string because, DateTimeOffset now)
    {
        if (refundFen == 0 || stay.OrderId is not null || stay.Authority != "payment") return;

        db.Owe(
            stay, $"stay-{stay.Id}-{because}-{stay.RefundedFen}", stay.PaymentKey ?? StayPayment.FirstKeyOf(stay.Id),
            refundFen, because, now);
    }

    /// <summary>Keeps what is owed until it is back, and asks for it.</summary>
    public static void Owe(
        this HomestaysDb db, Stay stay, string key, string paymentKey, long fen, string because, DateTimeOffset now)
    {
        var refund = new StayRefund
        {
            Id = Guid.CreateVersion7(), StayId = stay.Id, PaymentKey = paymentKey, Key = key, AskedAs = key,
            AmountFen = fen, Reason = because, AskedAt = now,
        };
        db.Add(refund);
        db.TellOwed(refund);
    }

    public static void TellOwed(this HomestaysDb db, StayRefund refund) => db.Publish(new RequestRefund(
        refund.AskedAs, refund.PaymentKey, StayPayment.Purpose, refund.StayId, refund.AmountFen, "CNY",
        refund.Reason));

    /// <summary>Nobody is to pay that any more; money that comes all the same goes back.</summary>
    public static async Task DropPaymentsAsync(
        this HomestaysDb db, Stay stay, string because, CancellationToken cancellation)
    {
        await db.Entry(stay).Collection(s => s.Payments).LoadAsync(cancellation);
        foreach (var open in stay.Payments.Where(payment => payment.Fail(because)))
        {
            db.Publish(new CancelPayment(open.Key));
        }
    }
}
