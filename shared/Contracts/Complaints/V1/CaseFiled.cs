namespace Jingdezhen.Tourism.Contracts.Complaints.V1;

/// <summary>A complaint was filed; it counts from here, by this message's <c>OccurredAt</c>.</summary>
/// <param name="MerchantId">Whom it is against, where known.</param>
/// <param name="Category">price, quality, safety, forced-shopping, lodging, ticket, transport or other.</param>
/// <param name="Channel">app, web, mini-program, phone or counter.</param>
/// <param name="Complainants">People in the case; four or more make it a joint one.</param>
/// <param name="Number">What people call the case: day, running number, check digit.</param>
public sealed record CaseFiled(
    Guid CaseId,
    Guid? MerchantId,
    Guid? ProductId,
    Guid? BookingId,
    Guid? StayId,
    string? VenueId,
    string? County,
    string Category,
    string Channel,
    int Complainants,
    long ClaimedFen,
    string? Number = null);
