namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>The order ended with nothing held and nothing kept.</summary>
public sealed record OrderFailed(
    Guid OrderId,
    Guid? AccountId,
    string Reason,
    long RefundFen);
