namespace Jingdezhen.Tourism.Contracts.Routes.V1;

/// <summary>Somebody looked at a route of the library.</summary>
public sealed record RouteViewed(
    Guid RouteId,
    string? Source,
    string? Campaign,
    string? GuestKey);
