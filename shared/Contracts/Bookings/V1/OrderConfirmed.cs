namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>Every line of the order is paid and confirmed.</summary>
public sealed record OrderConfirmed(
    Guid OrderId,
    Guid? AccountId,
    int Lines,
    string Channel,
    string? Source,
    string? Campaign,
    long PriceFen);
