namespace Jingdezhen.Tourism.Homestays.Feeds;

/// <summary>Another platform's calendar of a room, fetched every so often, and how that went.</summary>
internal sealed class CalendarSource
{
    public required Guid Id { get; init; }
    public required Guid RoomId { get; init; }
    public required Guid MerchantId { get; init; }

    /// <summary>As the host calls it: airbnb, booking.</summary>
    public required string Name { get; init; }

    public required string Url { get; init; }
    public string? ETag { get; internal set; }
    public string? LastModified { get; internal set; }
    public byte[]? ContentHash { get; internal set; }
    public DateTimeOffset? TriedAt { get; internal set; }
    public DateTimeOffset? SucceededAt { get; internal set; }
    public string? LastFault { get; internal set; }
    public int Faults { get; internal set; }
    public int Events { get; internal set; }
    public int Added { get; internal set; }
    public int Removed { get; internal set; }
    public int Skipped { get; internal set; }
    public DateTimeOffset NextAt { get; internal set; }
}

/// <summary>Nights that another platform has sold and so have we; the stay is kept, somebody has to talk to the
/// guests.</summary>
internal sealed class CalendarConflict
{
    public required Guid Id { get; init; }
    public required Guid SourceId { get; init; }
    public required Guid RoomId { get; init; }
    public required Guid MerchantId { get; init; }
    public required Guid StayId { get; init; }
    public required string Uid { get; init; }
    public required DateOnly From { get; init; }
    public required DateOnly To { get; init; }
    public required DateTimeOffset FoundAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; internal set; }
}
