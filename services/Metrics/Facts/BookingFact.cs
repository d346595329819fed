namespace Jingdezhen.Tourism.Metrics.Facts;

/// <summary>A step in a booking's life, or a day's offline sales that were counted elsewhere.</summary>
internal sealed class BookingFact : IFact
{
    public const string Held = "held";
    public const string Expired = "expired";
    public const string Confirmed = "confirmed";
    public const string Changed = "changed";
    public const string UnitsCancelled = "units-cancelled";
    public const string Cancelled = "cancelled";

    /// <summary>An imported sum of offline sales: <see cref="Bookings"/> of them in one row.</summary>
    public const string Counted = "counted";

    public required Guid MessageId { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public bool Simulated { get; init; }
    public required string Event { get; init; }

    /// <summary>The booking.</summary>
    public required Guid SubjectId { get; init; }

    public Guid? ProductId { get; init; }
    public Guid? MerchantId { get; init; }
    public string? VenueId { get; init; }
    public string? County { get; init; }
    public string? ProductKind { get; init; }
    public bool Night { get; init; }
    public string? Channel { get; init; }
    public string? Source { get; init; }
    public string? Campaign { get; init; }
    public string? GuestKey { get; init; }
    public string? Country { get; init; }
    public int Age0To13 { get; init; }
    public int Age14To17 { get; init; }
    public int Age18To35 { get; init; }
    public int Age36To59 { get; init; }
    public int Age60Up { get; init; }
    public int Bookings { get; init; } = 1;
    public int Visitors { get; init; }
    public long PriceFen { get; init; }

    /// <summary>FULL, PARTIAL or NONE, on a cancellation.</summary>
    public string? Refund { get; init; }

    public long RefundFen { get; init; }

    /// <summary>Whether the booking was a sale when it was cancelled or changed: a hold given up never
    /// counted.</summary>
    public bool WasConfirmed { get; init; }

    public DateTimeOffset? StartsAt { get; init; }
}
