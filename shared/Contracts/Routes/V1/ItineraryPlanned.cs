namespace Jingdezhen.Tourism.Contracts.Routes.V1;

/// <summary>A plan was made for a visitor.</summary>
public sealed record ItineraryPlanned(
    Guid ItineraryId,
    Guid? RouteId,
    Guid? AccountId,
    int Days,
    int Stops,
    IReadOnlyList<string> Counties,
    string? Source,
    string? Campaign,
    string? GuestKey);
