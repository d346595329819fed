namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>
/// How many visitors a venue may take on a day, as last heard of. Every slot of the day tells it, each by versions of
/// its
/// own, so the latest moment decides.
/// </summary>
internal sealed class VenueDay
{
    public required string VenueId { get; init; }

    /// <summary>The day in Asia/Shanghai.</summary>
    public required DateOnly Day { get; init; }

    public required DateTimeOffset ToldAt { get; init; }
    public required int Capacity { get; init; }
}
