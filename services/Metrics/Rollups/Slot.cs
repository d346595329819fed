namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>
/// The places of one slot as last heard of. A register, not a fact: every hold changes availability, and of all those
/// messages only the one with the highest version says something that lasts.
/// </summary>
internal sealed class Slot
{
    public required Guid Id { get; init; }
    public required long Version { get; init; }
    public required Guid ProductId { get; init; }
    public required Guid MerchantId { get; init; }
    public required string VenueId { get; init; }
    public required DateTimeOffset StartsAt { get; init; }
    public required int Capacity { get; init; }
}
