namespace Jingdezhen.Tourism.Contracts.Complaints.V1;

/// <summary>The merchant must stop selling at once; what is sold stays sold.</summary>
/// <param name="Version">Grows with every suspension and reinstatement; a reader ignores older ones.</param>
public sealed record MerchantSuspended(
    Guid MerchantId,
    string Reason,
    long Version);
