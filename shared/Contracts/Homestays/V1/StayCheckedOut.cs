namespace Jingdezhen.Tourism.Contracts.Homestays.V1;

/// <summary>The stay is over: income counts from here.</summary>
/// <param name="Nights">The nights slept, after an early departure fewer than booked.</param>
/// <param name="PriceFen">Host share, platform fee and village fund share together.</param>
public sealed record StayCheckedOut(
    Guid StayId,
    Guid? OrderId,
    Guid ListingId,
    Guid MerchantId,
    Guid HouseholdId,
    string? Village,
    string County,
    bool ResidentRun,
    DateOnly Arrival,
    DateOnly Departure,
    int Nights,
    int Guests,
    string? GuestKey,
    string? CountryOfResidence,
    long PriceFen,
    long HostShareFen,
    long PlatformFeeFen,
    long VillageFundFen);
