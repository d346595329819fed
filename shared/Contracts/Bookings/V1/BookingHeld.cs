namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>Places are set aside until <paramref name="ExpiresAt"/>; nothing has been paid yet.</summary>
/// <param name="VenueId">The place in the catalogue of Routes, for example <c>ancient-kiln-expo</c>.</param>
/// <param name="Channel">app, web, mini-program, ota (online); counter, phone, agency (offline).</param>
/// <param name="Visitors">How many people the units admit (the sum of paxCount).</param>
/// <param name="ResellerId">The reseller whose booking it is; null for a tourist's own and for a counter's.</param>
/// <param name="ProductZh">The product's name in Chinese; <paramref name="ProductEn"/> the English one.</param>
/// <param name="Offered">Whether these places are an offer to somebody who waited: of that they hear by itself.</param>
public sealed record BookingHeld(
    Guid BookingId,
    Guid? OrderId,
    Guid ProductId,
    Guid AvailabilityId,
    Guid MerchantId,
    string VenueId,
    string Channel,
    string? Source,
    string? Campaign,
    int Visitors,
    long PriceFen,
    DateTimeOffset StartsAt,
    DateTimeOffset ExpiresAt,
    Guid? AccountId = null,
    Guid? ResellerId = null,
    string? ProductZh = null,
    string? ProductEn = null,
    bool Offered = false);
