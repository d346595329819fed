namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>A whole trip asked for: its lines are being held.</summary>
public sealed record OrderPlaced(
    Guid OrderId,
    Guid? AccountId,
    int Lines,
    string Channel,
    string? Source,
    string? Campaign,
    long PriceFen);
