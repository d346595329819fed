namespace Jingdezhen.Tourism.Contracts.Homestays.V1;

/// <summary>The nights could not be held or confirmed; <paramref name="Code"/> says why.</summary>
public sealed record StayRefused(
    Guid StayId,
    Guid? OrderId,
    Guid RoomId,
    string Code,
    string Reason);
