namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>
/// A sale: paid, on a reseller's account, or taken at a merchant's counter. Bookings count from here, in the period of
/// this message's <c>OccurredAt</c>.
/// </summary>
/// <param name="AccountId">The tourist's account, where there is one.</param>
/// <param name="ProductKind">museum, kiln, show, workshop, study-tour, experience, night-market …</param>
/// <param name="Night">Whether the product belongs to the night economy.</param>
/// <param name="Channel">app, web, mini-program, ota (online); counter, phone, agency (offline).</param>
/// <param name="GuestKey">A keyed hash that tells one guest from another and names nobody; null where unknown.</param>
/// <param name="CountryOfResidence">ISO 3166-1 alpha-2, where given; HK, MO and TW stand for themselves.</param>
/// <param name="AgeBands">Visitors by band (0-13, 14-17, 18-35, 36-59, 60+); those who gave none are missing.</param>
/// <param name="PriceFen">What was captured, or is owed on account.</param>
/// <param name="Authority">payment, on-account or counter.</param>
/// <param name="ResellerId">The reseller whose booking it is; null for a tourist's own and for a counter's.</param>
/// <param name="ProductZh">The product's name in Chinese; <paramref name="ProductEn"/> the English one.</param>
public sealed record BookingConfirmed(
    Guid BookingId,
    Guid? OrderId,
    Guid? AccountId,
    Guid ProductId,
    Guid OptionId,
    Guid AvailabilityId,
    Guid MerchantId,
    string VenueId,
    string County,
    string ProductKind,
    bool Night,
    string Channel,
    string? Source,
    string? Campaign,
    string? GuestKey,
    string? CountryOfResidence,
    IReadOnlyDictionary<string, int> AgeBands,
    int Visitors,
    int Units,
    long PriceFen,
    string Currency,
    string Authority,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    DateTimeOffset HeldAt,
    Guid? ResellerId = null,
    string? ProductZh = null,
    string? ProductEn = null);
