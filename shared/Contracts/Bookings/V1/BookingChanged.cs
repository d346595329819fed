namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>A booking moved to another slot or changed its units; price and visitors are the new ones.</summary>
public sealed record BookingChanged(
    Guid BookingId,
    Guid ProductId,
    Guid AvailabilityId,
    Guid MerchantId,
    int Visitors,
    int Units,
    long PriceFen,
    bool Confirmed,
    DateTimeOffset StartsAt);
