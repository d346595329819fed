namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>
/// What one guest, one performance, or one merchant's complaints of one category have of a day: the stuff of which
/// distinct guests, chains of nights, performances and repeated complaints are counted. Kept by adding up, like the
/// cells.
/// </summary>
internal sealed class Trace
{
    /// <summary><c>guest/KEY</c> with a guest's keyed hash, <c>show/AVAILABILITY/VENUE/PRODUCT</c>, or
    /// <c>complaint/MERCHANT/CATEGORY</c>.</summary>
    public required string Key { get; init; }

    public required DateOnly Day { get; init; }

    /// <summary>Counted bookings and stays that were bought on the day.</summary>
    public required int Sales { get; init; }

    /// <summary>Passages that were visits.</summary>
    public required int Visits { get; init; }

    /// <summary>Stays slept in during the night after the day.</summary>
    public required int Nights { get; init; }

    /// <summary>Complaints filed on the day, and those decided on it.</summary>
    public required int Filed { get; init; }

    public required int Decided { get; init; }
}
