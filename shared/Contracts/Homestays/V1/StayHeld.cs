namespace Jingdezhen.Tourism.Contracts.Homestays.V1;

/// <summary>A room's nights are set aside until <paramref name="ExpiresAt"/>, at this price.</summary>
/// <param name="ListingZh">The listing's name in Chinese; <paramref name="ListingEn"/> the English one.</param>
public sealed record StayHeld(
    Guid StayId,
    Guid? OrderId,
    Guid ListingId,
    Guid RoomId,
    Guid MerchantId,
    DateOnly Arrival,
    DateOnly Departure,
    long PriceFen,
    string Currency,
    DateTimeOffset ExpiresAt,
    Guid? AccountId = null,
    string? ListingZh = null,
    string? ListingEn = null);
