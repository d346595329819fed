namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>The last line of a confirmed order was cancelled.</summary>
/// <param name="PriceFen">What the whole order had cost.</param>
/// <param name="RefundFen">What goes back to the payer, over all its lines.</param>
public sealed record OrderCancelled(
    Guid OrderId,
    Guid? AccountId,
    int Lines,
    string Channel,
    string? Source,
    string? Campaign,
    long PriceFen,
    long RefundFen);
