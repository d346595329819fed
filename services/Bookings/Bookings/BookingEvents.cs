using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Contracts.Bookings.V1;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <summary>What other services hear of a booking, with everything Metrics counts by.</summary>
internal static class BookingEvents
{
    /// <param name="offered">Whether it is the waiting list's offer.</param>
    public static BookingHeld Held(Booking booking, Product product, bool offered) => new(
        booking.Id, booking.OrderId, booking.ProductId, booking.SlotId, booking.SupplierId, product.VenueId,
        booking.Channel, booking.Source, booking.Campaign, booking.Visitors, booking.PriceFen, booking.StartsAt,
        booking.ExpiresAt ?? booking.CreatedAt, booking.AccountId, booking.ResellerId, product.NameZh, product.NameEn,
        offered);

    public static BookingConfirmed Confirmed(Booking booking, Product product, DateTimeOffset now) => new(
        booking.Id, booking.OrderId, booking.AccountId, booking.ProductId, booking.OptionId, booking.SlotId,
        booking.SupplierId, product.VenueId, product.County, product.Kind, product.Night, booking.Channel,
        booking.Source, booking.Campaign, KeyOf(booking), booking.CountryOfResidence, AgeBands(booking.LiveUnits),
        booking.Visitors, booking.LiveUnits.Count(), booking.PriceFen, "CNY", booking.ConfirmedBy ?? Authority.Payment,
        booking.StartsAt, booking.EndsAt, booking.CreatedAt, booking.ResellerId, product.NameZh, product.NameEn);

    /// <param name="refundFen">What this cancellation gives back, without earlier units.</param>
    public static BookingCancelled Cancelled(Booking booking, long refundFen) => new(
        booking.Id, booking.OrderId, booking.ProductId, booking.SlotId, booking.SupplierId, booking.ConfirmedAt,
        booking.Refund ?? Products.Refund.None, refundFen, booking.Visitors, booking.CancelReason ?? "",
        booking.ResellerId);

    public static BookingUnitsCancelled UnitsCancelled(Booking booking, UnitsCancelled cancelled) => new(
        booking.Id, booking.ProductId, booking.SlotId, booking.SupplierId, booking.ConfirmedAt!.Value, cancelled.Refund,
        cancelled.RefundFen, cancelled.Units.Count, cancelled.Visitors, booking.Visitors, AgeBands(cancelled.Units),
        booking.ResellerId);

    public static BookingChanged Changed(Booking booking) => new(
        booking.Id, booking.ProductId, booking.SlotId, booking.SupplierId, booking.Visitors, booking.LiveUnits.Count(),
        booking.PriceFen, booking.Status != BookingStatus.OnHold, booking.StartsAt, booking.ResellerId);

    public static TicketRedeemed Redeemed(Booking booking, UnitItem item, Product product, bool reEntry) => new(
        booking.Id, item.Id, booking.ProductId, booking.SlotId, booking.SupplierId, product.VenueId, product.County,
        product.Kind, booking.Channel, booking.Source, booking.Campaign, KeyOf(booking), booking.CountryOfResidence,
        item.AgeBand, item.PaxCount, reEntry, booking.StartsAt, booking.ResellerId);

    private static string? KeyOf(Booking booking) => booking.GuestKey is { } key ? Convert.ToHexString(key) : null;

    private static Dictionary<string, int> AgeBands(IEnumerable<UnitItem> items) =>
        items.Where(item => item.AgeBand is not null).GroupBy(item => item.AgeBand!)
            .ToDictionary(band => band.Key, band => band.Sum(item => item.PaxCount));
}
