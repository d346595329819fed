namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>A slot's places after a change; a reader ignores versions older than the one it knows.</summary>
/// <param name="Status">AVAILABLE, LIMITED, SOLD_OUT, CLOSED or FREESALE, as OCTO has them.</param>
/// <param name="Version">Grows with every change of the slot.</param>
/// <param name="VenueDailyCapacity">How many visitors the venue may take on the slot's day (Tourism Law art. 45); null
/// where none is set.</param>
public sealed record AvailabilityChanged(
    Guid AvailabilityId,
    Guid ProductId,
    Guid OptionId,
    Guid MerchantId,
    string VenueId,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    string Status,
    int Capacity,
    int Vacancies,
    long Version,
    int? VenueDailyCapacity = null);
