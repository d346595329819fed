namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>A hold ran out before anyone confirmed it; its places are free again since <paramref
/// name="ExpiredAt"/>.</summary>
public sealed record BookingExpired(
    Guid BookingId,
    Guid? OrderId,
    Guid ProductId,
    Guid AvailabilityId,
    Guid MerchantId,
    string Channel,
    string? Source,
    string? Campaign,
    int Visitors,
    DateTimeOffset ExpiredAt);
