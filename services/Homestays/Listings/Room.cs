using System.Security.Cryptography;
using Jingdezhen.Tourism.Homestays.Calendars;

namespace Jingdezhen.Tourism.Homestays.Listings;

/// <summary>What is let: one party a night.</summary>
internal sealed class Room
{
    public required Guid Id { get; init; }
    public required Guid ListingId { get; init; }
    public required Guid MerchantId { get; init; }
    public required string Name { get; internal set; }

    /// <summary>single, double, twin, family, suite or house.</summary>
    public required string Kind { get; internal set; }

    public required int MaxAdults { get; internal set; }
    public required int MaxChildren { get; internal set; }
    public required PricePlan Prices { get; internal set; }
    public int MinNights { get; internal set; } = 1;
    public int MaxNights { get; internal set; } = 30;
    public bool Active { get; internal set; } = true;

    /// <summary>Part of the calendar feed's address; whoever knows it may read when the room is taken, and nothing
    /// else.</summary>
    public string FeedSecret { get; internal set; } = NewSecret();

    /// <summary>Set by the database with every update of the row; tells a search whether what it remembers is still
    /// so.</summary>
    public long Version { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
}
