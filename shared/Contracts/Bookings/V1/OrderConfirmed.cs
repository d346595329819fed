namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>Every line of the order is paid and confirmed.</summary>
/// <param name="ResellerId">The reseller whose cart it was; null for a tourist's trip.</param>
public sealed record OrderConfirmed(
    Guid OrderId,
    Guid? AccountId,
    int Lines,
    string Channel,
    string? Source,
    string? Campaign,
    long PriceFen,
    Guid? ResellerId = null);
