namespace Jingdezhen.Tourism.Metrics.Facts;

/// <summary>Somebody went in, or a day's visitors that were counted elsewhere.</summary>
internal sealed class VisitFact : IFact
{
    public required Guid MessageId { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public bool Simulated { get; init; }

    /// <summary>The booking that the ticket belongs to.</summary>
    public required Guid SubjectId { get; init; }

    public Guid? AvailabilityId { get; init; }
    public Guid? ProductId { get; init; }
    public Guid? MerchantId { get; init; }
    public string? VenueId { get; init; }
    public string? County { get; init; }
    public string? ProductKind { get; init; }
    public string? Channel { get; init; }
    public string? Source { get; init; }
    public string? Campaign { get; init; }
    public string? GuestKey { get; init; }
    public string? Country { get; init; }
    public string? AgeBand { get; init; }
    public int Visitors { get; init; }
    public bool ReEntry { get; init; }
    public DateTimeOffset? StartsAt { get; init; }
}
