namespace Jingdezhen.Tourism.Contracts.Homestays.V1;

/// <summary>The guests have arrived.</summary>
public sealed record StayCheckedIn(
    Guid StayId,
    Guid ListingId,
    Guid MerchantId,
    DateOnly Arrival,
    DateOnly Departure,
    int Guests);
