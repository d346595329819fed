namespace Jingdezhen.Tourism.Contracts.Homestays.V1;

/// <summary>A sold stay was cancelled.</summary>
/// <param name="Refund">FULL, PARTIAL or NONE.</param>
/// <param name="RefundedFen">What the stay has given back so far in all, with this.</param>
public sealed record StayCancelled(
    Guid StayId,
    Guid? OrderId,
    Guid ListingId,
    Guid RoomId,
    Guid MerchantId,
    DateTimeOffset? ConfirmedAt,
    string Refund,
    long RefundFen,
    string Reason,
    long? RefundedFen = null);
