namespace Jingdezhen.Tourism.Metrics.Facts;

/// <summary>A step in a stay's life.</summary>
internal sealed class StayFact : IFact
{
    public const string Confirmed = "confirmed";
    public const string Changed = "changed";
    public const string Cancelled = "cancelled";
    public const string CheckedOut = "checked-out";

    public required Guid MessageId { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public bool Simulated { get; init; }
    public required string Event { get; init; }

    /// <summary>The stay.</summary>
    public required Guid SubjectId { get; init; }

    public Guid? ListingId { get; init; }
    public Guid? MerchantId { get; init; }
    public Guid? HouseholdId { get; init; }
    public string? Village { get; init; }
    public string? County { get; init; }
    public bool ResidentRun { get; init; }
    public string? Channel { get; init; }
    public string? Source { get; init; }
    public string? Campaign { get; init; }
    public string? GuestKey { get; init; }
    public string? Country { get; init; }
    public int Guests { get; init; }
    public DateOnly? Arrival { get; init; }
    public int Nights { get; init; }
    public long PriceFen { get; init; }
    public string? Refund { get; init; }
    public long RefundFen { get; init; }
    public bool WasConfirmed { get; init; }
    public long HostShareFen { get; init; }
    public long VillageFundFen { get; init; }
}
