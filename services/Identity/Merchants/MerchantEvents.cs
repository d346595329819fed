using Jingdezhen.Tourism.Contracts.Identity.V1;

namespace Jingdezhen.Tourism.Identity.Merchants;

/// <summary>A merchant as others may know it: never its contact.</summary>
internal static class MerchantEvents
{
    public static MerchantJoined Joined(this Merchant merchant) => new(
        merchant.Id, merchant.Kind, merchant.Name, merchant.County, merchant.LicenceNumber, merchant.StandingConsent,
        merchant.ConsentPatterns, merchant.Version);

    public static MerchantChanged AsChanged(this Merchant merchant) => new(
        merchant.Id, merchant.Kind, merchant.Name, merchant.County, merchant.LicenceNumber, merchant.StandingConsent,
        merchant.ConsentPatterns, merchant.Version);
}
