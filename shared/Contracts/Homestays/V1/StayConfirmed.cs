namespace Jingdezhen.Tourism.Contracts.Homestays.V1;

/// <summary>A stay is sold.</summary>
/// <param name="GuestKey">A keyed hash that tells one guest from another and names nobody; null where unknown.</param>
/// <param name="ListingZh">The listing's name in Chinese; <paramref name="ListingEn"/> the English one.</param>
public sealed record StayConfirmed(
    Guid StayId,
    Guid? OrderId,
    Guid? AccountId,
    Guid ListingId,
    Guid RoomId,
    Guid MerchantId,
    Guid HouseholdId,
    string? Village,
    string County,
    bool ResidentRun,
    DateOnly Arrival,
    DateOnly Departure,
    int Guests,
    string Channel,
    string? Source,
    string? Campaign,
    string? GuestKey,
    string? CountryOfResidence,
    long PriceFen,
    string Currency,
    string Authority,
    string? ListingZh = null,
    string? ListingEn = null);
