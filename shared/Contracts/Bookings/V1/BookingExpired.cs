namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>A hold ran out before anyone confirmed it; its places are free again since <paramref
/// name="ExpiredAt"/>.</summary>
/// <param name="ResellerId">The reseller whose booking it is; null for a tourist's own and for a counter's.</param>
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
    DateTimeOffset ExpiredAt,
    Guid? ResellerId = null);
