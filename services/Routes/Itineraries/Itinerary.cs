using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Routes.Plans;

namespace Jingdezhen.Tourism.Routes.Itineraries;

/// <summary>
/// A visitor's saved plan. It is valid at all times: a change that the checker objects to is refused. Wishes are those
/// of
/// the part that still lies ahead; what has been done stays in the plan as it was.
/// </summary>
internal sealed class Itinerary
{
    private const int LongestName = 120;

    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public string Name { get; private set; } = "";
    public TripWishes Wishes { get; private set; } = null!;
    public PlanResponse Plan { get; private set; } = null!;

    /// <summary>Bookings by place; a booked stop stays where it is.</summary>
    public IReadOnlyDictionary<string, Guid> Booked { get; private set; } = new Dictionary<string, Guid>();

    /// <summary>The route of the library it was copied from.</summary>
    public Guid? RouteId { get; init; }

    /// <summary>Unguessable; who has it may read. Null while the itinerary is private.</summary>
    public string? ShareKey { get; private set; }

    public int Version { get; private set; }
    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>Where the visitor was last, if told; only for guidance.</summary>
    public double? Lat { get; private set; }
    public double? Lon { get; private set; }
    public DateTimeOffset? SeenAt { get; private set; }

    public Refusal? Rename(string name)
    {
        if (name.Trim() is not { Length: > 0 and <= LongestName } given)
            return new("name-length", $"A name has 1 to {LongestName} characters.");
        Name = given;
        return null;
    }

    /// <summary>Takes a new state and returns the entry for its versions.</summary>
    public ItineraryVersion Change(
        string cause, TripWishes wishes, PlanResponse plan, IReadOnlyDictionary<string, Guid> booked,
            DateTimeOffset now)
    {
        (Wishes, Plan, Booked, Version, ChangedAt) = (wishes, plan with { Id = Id }, booked, Version + 1, now);
        return new() { ItineraryId = Id, Version = Version, Cause = cause, Name = Name, Plan = Plan, ChangedAt = now };
    }

    public string Share(string key) => ShareKey ??= key;

    public void Unshare() => ShareKey = null;

    public void Seen(double lat, double lon, DateTimeOffset at) => (Lat, Lon, SeenAt) = (lat, lon, at);
}

/// <summary>What an itinerary was. Not append-only: who deletes the account takes it along.</summary>
internal sealed class ItineraryVersion
{
    public required Guid ItineraryId { get; init; }
    public required int Version { get; init; }
    public required string Cause { get; init; }
    public required string Name { get; init; }
    public required PlanResponse Plan { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }
}
