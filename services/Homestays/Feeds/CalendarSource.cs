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
    public string? ETag { get; set; }
    public string? LastModified { get; set; }
    public byte[]? ContentHash { get; set; }
    public DateTimeOffset? TriedAt { get; set; }
    public DateTimeOffset? SucceededAt { get; set; }
    public string? LastFault { get; set; }
    public int Faults { get; set; }
    public int Events { get; set; }
    public int Added { get; set; }
    public int Removed { get; set; }
    public int Skipped { get; set; }
    public DateTimeOffset NextAt { get; set; }
}

/// <summary>Nights that another platform has sold and so have we; the stay is kept, somebody has to talk to the guests.</summary>
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
    public DateTimeOffset? ResolvedAt { get; set; }
}
