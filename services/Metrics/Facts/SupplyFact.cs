namespace Jingdezhen.Tourism.Metrics.Facts;

/// <summary>What there is to book at, from when: a listing of a household, a merchant, a route of the
/// library.</summary>
internal sealed class SupplyFact : IFact
{
    public const string Listing = "listing";
    public const string Merchant = "merchant";
    public const string Route = "route";

    public required Guid MessageId { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public bool Simulated { get; init; }

    /// <summary>listing, merchant or route.</summary>
    public required string Kind { get; init; }

    /// <summary>The household of a listing, so that households can be told apart; else the merchant or the
    /// route.</summary>
    public required Guid SubjectId { get; init; }

    public required Guid ItemId { get; init; }
    public required long Version { get; init; }
    public required bool Active { get; init; }

    /// <summary>Of a merchant: supplier, host or reseller.</summary>
    public string? Role { get; init; }

    public string? County { get; init; }
    public string? Village { get; init; }
    public bool ResidentRun { get; init; }
    public int Rooms { get; init; }
    public bool DayAndNight { get; init; }

    /// <summary>Of a route: it leads through more than one county.</summary>
    public bool AcrossCounties { get; init; }

    /// <summary>Of a route: it is about tea.</summary>
    public bool Tea { get; init; }
}
