namespace Jingdezhen.Tourism.Contracts.Complaints.V1;

/// <summary>The merchant may sell again.</summary>
/// <param name="Version">Grows with every suspension and reinstatement; a reader ignores older ones.</param>
public sealed record MerchantReinstated(
    Guid MerchantId,
    long Version);
