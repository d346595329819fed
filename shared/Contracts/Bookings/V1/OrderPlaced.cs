namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>A whole trip asked for: its lines are being held.</summary>
/// <param name="ResellerId">The reseller whose cart it was; null for a tourist's trip.</param>
public sealed record OrderPlaced(
    Guid OrderId,
    Guid? AccountId,
    int Lines,
    string Channel,
    string? Source,
    string? Campaign,
    long PriceFen,
    Guid? ResellerId = null);
