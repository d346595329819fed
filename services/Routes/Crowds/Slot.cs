namespace Jingdezhen.Tourism.Routes.Crowds;

/// <summary>A bookable slot of a venue as Bookings last told it; this service's own copy for planning.</summary>
internal sealed class Slot
{
    public required Guid AvailabilityId { get; init; }
    public required Guid ProductId { get; init; }
    public required Guid OptionId { get; init; }
    public required string VenueId { get; init; }
    public required DateTimeOffset StartsAt { get; init; }
    public required DateTimeOffset EndsAt { get; init; }
    public required string Status { get; init; }
    public required int Capacity { get; init; }
    public required int Vacancies { get; init; }
    public required long Version { get; init; }
}

/// <summary>How many people went into a venue in an hour, from its redeemed tickets.</summary>
internal sealed class HourOfVisits
{
    public required string VenueId { get; init; }
    public required DateTimeOffset Hour { get; init; }
    public required int Visitors { get; init; }
}
