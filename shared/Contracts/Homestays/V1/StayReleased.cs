namespace Jingdezhen.Tourism.Contracts.Homestays.V1;

/// <summary>A held stay was given up or ran out; its nights are free.</summary>
public sealed record StayReleased(
    Guid StayId,
    Guid? OrderId,
    Guid RoomId,
    string Reason);
