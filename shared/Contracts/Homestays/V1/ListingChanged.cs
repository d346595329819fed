namespace Jingdezhen.Tourism.Contracts.Homestays.V1;

/// <summary>A listing is new, changed, or no longer active; all fields are the present ones.</summary>
/// <param name="Version">Grows with every change; a reader ignores older ones.</param>
public sealed record ListingChanged(
    Guid ListingId,
    Guid MerchantId,
    Guid HouseholdId,
    string NameZh,
    string NameEn,
    string? Village,
    string County,
    bool ResidentRun,
    bool Active,
    bool Demonstration,
    double Latitude,
    double Longitude,
    int Rooms,
    long Version);
