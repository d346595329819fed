namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>Places are set aside until <paramref name="ExpiresAt"/>; nothing has been paid yet.</summary>
/// <param name="VenueId">The place in the catalogue of Routes, for example <c>ancient-kiln-expo</c>.</param>
/// <param name="Channel">app, web, mini-program, ota (online); counter, phone, agency (offline).</param>
/// <param name="Visitors">How many people the units admit (the sum of paxCount).</param>
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
    Guid? AccountId = null);
