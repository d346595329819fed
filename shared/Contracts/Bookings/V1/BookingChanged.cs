namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>A booking moved to another slot or changed its units; price and visitors are the new ones.</summary>
/// <param name="ResellerId">The reseller whose booking it is; null for a tourist's own and for a counter's.</param>
public sealed record BookingChanged(
    Guid BookingId,
    Guid ProductId,
    Guid AvailabilityId,
    Guid MerchantId,
    int Visitors,
    int Units,
    long PriceFen,
    bool Confirmed,
    DateTimeOffset StartsAt,
    Guid? ResellerId = null);
