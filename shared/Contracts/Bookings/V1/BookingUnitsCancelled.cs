namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>Some units of a confirmed booking were cancelled, the others stay.</summary>
/// <param name="Refund">FULL takes these units' visitors out of the period in which the booking was confirmed.</param>
/// <param name="Visitors">How many people the cancelled units admitted.</param>
/// <param name="VisitorsLeft">How many people stay on the booking.</param>
/// <param name="ResellerId">The reseller whose booking it is; null for a tourist's own and for a counter's.</param>
public sealed record BookingUnitsCancelled(
    Guid BookingId,
    Guid ProductId,
    Guid AvailabilityId,
    Guid MerchantId,
    DateTimeOffset ConfirmedAt,
    string Refund,
    long RefundFen,
    int Units,
    int Visitors,
    int VisitorsLeft,
    IReadOnlyDictionary<string, int> AgeBands,
    Guid? ResellerId = null);
