namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>Somebody went in. Visits are counted from this message, by its <c>OccurredAt</c> (offline scans: the
/// scan's time).</summary>
/// <param name="Visitors">How many people this unit admitted.</param>
/// <param name="ReEntry">A second passage on the same ticket; not a second visit.</param>
/// <param name="ResellerId">The reseller whose booking it is; null for a tourist's own and for a counter's.</param>
public sealed record TicketRedeemed(
    Guid BookingId,
    Guid UnitItemId,
    Guid ProductId,
    Guid AvailabilityId,
    Guid MerchantId,
    string VenueId,
    string County,
    string ProductKind,
    string Channel,
    string? Source,
    string? Campaign,
    string? GuestKey,
    string? CountryOfResidence,
    string? AgeBand,
    int Visitors,
    bool ReEntry,
    DateTimeOffset StartsAt,
    Guid? ResellerId = null);
