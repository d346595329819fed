namespace Jingdezhen.Tourism.Contracts.Homestays.V1;

/// <summary>An imported calendar claims nights that are sold here; the stay is kept and the host is told.</summary>
public sealed record CalendarConflictFound(
    Guid RoomId,
    Guid ListingId,
    Guid MerchantId,
    Guid StayId,
    string SourceName,
    DateOnly From,
    DateOnly To);
