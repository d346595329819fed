namespace Jingdezhen.Tourism.Contracts.Routes.V1;

/// <summary>A plan was changed on the way.</summary>
/// <param name="Cause">delay, closure, rain, skipped or wish.</param>
public sealed record ItineraryReplanned(
    Guid ItineraryId,
    string Cause,
    int StopsKept,
    int StopsChanged);
