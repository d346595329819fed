namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>Every line of the order is held at a frozen price, which may be paid until
/// <paramref name="PayUntil"/>.</summary>
public sealed record OrderHeld(
    Guid OrderId,
    Guid? AccountId,
    int Lines,
    string Channel,
    string? Source,
    string? Campaign,
    long PriceFen,
    DateTimeOffset PayUntil);
