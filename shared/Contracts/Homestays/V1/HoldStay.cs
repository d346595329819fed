namespace Jingdezhen.Tourism.Contracts.Homestays.V1;

/// <summary>Asks Homestays to set a room's nights aside; answered by StayHeld or StayRefused with the same stay
/// id.</summary>
/// <param name="Arrival">First night.</param>
/// <param name="Departure">Day after the last night: the range is half open.</param>
public sealed record HoldStay(
    Guid StayId,
    Guid? OrderId,
    Guid RoomId,
    DateOnly Arrival,
    DateOnly Departure,
    int Adults,
    int Children,
    Guid? AccountId,
    string Channel,
    string? Source,
    string? Campaign,
    DateTimeOffset ExpiresAt);
