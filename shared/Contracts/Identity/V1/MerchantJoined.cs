namespace Jingdezhen.Tourism.Contracts.Identity.V1;

/// <summary>A supplier or host joined; one id for both.</summary>
/// <param name="Kind">supplier, host or reseller.</param>
/// <param name="County">Zhushan, Changjiang, Fuliang, Leping or Changnan New Area.</param>
/// <param name="StandingConsent">Whether the merchant agreed on joining to be compensated for at once.</param>
/// <param name="ConsentPatterns">The patterns of evidence that the consent covers, for example
/// <c>not-redeemed-closed-venue</c>.</param>
/// <param name="Version">Grows with every change; a reader ignores older ones.</param>
public sealed record MerchantJoined(
    Guid MerchantId,
    string Kind,
    string Name,
    string County,
    string LicenceNumber,
    bool StandingConsent,
    IReadOnlyList<string> ConsentPatterns,
    long Version);
