namespace Jingdezhen.Tourism.Contracts.Homestays.V1;

/// <summary>A sold stay was cancelled.</summary>
/// <param name="Refund">FULL, PARTIAL or NONE.</param>
public sealed record StayCancelled(
    Guid StayId,
    Guid? OrderId,
    Guid ListingId,
    Guid RoomId,
    Guid MerchantId,
    DateTimeOffset? ConfirmedAt,
    string Refund,
    long RefundFen,
    string Reason);
