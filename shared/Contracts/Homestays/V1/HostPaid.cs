namespace Jingdezhen.Tourism.Contracts.Homestays.V1;

/// <summary>A household was paid for stays that are over, less recourse.</summary>
public sealed record HostPaid(
    Guid PayoutId,
    Guid MerchantId,
    Guid HouseholdId,
    long GrossFen,
    long RecourseFen,
    long PaidFen);
