namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>
/// What one guest, or one performance, has of a day: the stuff of which distinct guests, chains of nights and
/// performances
/// are counted. Kept by adding up, like the cells.
/// </summary>
internal sealed class Trace
{
    /// <summary><c>guest/KEY</c> with a guest's keyed hash, or <c>show/AVAILABILITY/VENUE/PRODUCT</c>.</summary>
    public required string Key { get; init; }

    public required DateOnly Day { get; init; }

    /// <summary>Counted bookings and stays that were bought on the day.</summary>
    public required int Sales { get; init; }

    /// <summary>Passages that were visits.</summary>
    public required int Visits { get; init; }

    /// <summary>Stays slept in during the night after the day.</summary>
    public required int Nights { get; init; }
}
