namespace Jingdezhen.Tourism.Homestays.Calendars;

/// <summary>What the host has said about one night of one room; what is null, the room's own terms say.</summary>
internal sealed class NightTerms
{
    public required Guid RoomId { get; init; }
    public required DateOnly Night { get; init; }
    public long? PriceFen { get; internal set; }

    /// <summary>For stays that arrive on this day.</summary>
    public int? MinNights { get; internal set; }

    public int? MaxNights { get; internal set; }
    public bool ClosedToArrival { get; internal set; }
    public bool ClosedToDeparture { get; internal set; }
}

/// <summary>Nights that are not for sale: the host's own, or another platform's as its calendar says. Half
/// open.</summary>
internal sealed class Block
{
    public required Guid Id { get; init; }
    public required Guid RoomId { get; init; }
    public required DateOnly From { get; init; }
    public required DateOnly To { get; init; }
    public required string Reason { get; init; }

    /// <summary><c>host:account</c> or <c>calendar:name</c>: who blocked it.</summary>
    public required string MadeBy { get; init; }

    /// <summary>The imported calendar, and the event's UID in it.</summary>
    public Guid? SourceId { get; init; }

    public string? Uid { get; init; }
    public DateTimeOffset CreatedAt { get; private init; }
}
