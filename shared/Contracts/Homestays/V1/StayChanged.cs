namespace Jingdezhen.Tourism.Contracts.Homestays.V1;

/// <summary>A stay moved to other nights or another room of the same host; all fields are the new ones.</summary>
/// <param name="RefundFen">What is given back because the new nights cost less.</param>
/// <param name="ListingZh">The listing's name in Chinese; <paramref name="ListingEn"/> the English one.</param>
/// <param name="RefundedFen">What the stay has given back so far in all: news may overtake each other.</param>
public sealed record StayChanged(
    Guid StayId,
    Guid? OrderId,
    Guid ListingId,
    Guid RoomId,
    Guid MerchantId,
    DateOnly Arrival,
    DateOnly Departure,
    long PriceFen,
    long RefundFen,
    bool Confirmed,
    string? ListingZh = null,
    string? ListingEn = null,
    long? RefundedFen = null);
