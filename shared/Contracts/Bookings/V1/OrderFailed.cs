namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>The order ended with nothing held and nothing kept.</summary>
/// <param name="ResellerId">The reseller whose cart it was; null for a tourist's trip.</param>
public sealed record OrderFailed(
    Guid OrderId,
    Guid? AccountId,
    string Reason,
    long RefundFen,
    Guid? ResellerId = null);
