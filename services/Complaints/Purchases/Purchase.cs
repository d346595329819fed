namespace Jingdezhen.Tourism.Complaints.Purchases;

/// <summary>
/// What was bought, used and paid back, as the events told it, in whatever order they came: the evidence of a case.
/// </summary>
internal sealed class Purchase
{
    public const string Booking = "booking";
    public const string Stay = "stay";

    public required Guid Id { get; init; }
    public required string Kind { get; init; }
    public Guid? OrderId { get; init; }
    public Guid? AccountId { get; internal set; }
    public string? GuestKey { get; internal set; }
    public Guid? MerchantId { get; init; }
    public Guid? ProductId { get; init; }
    public Guid? SlotId { get; init; }
    public string? VenueId { get; init; }
    public string? County { get; init; }

    /// <summary>Of a stay, where its homestay lies in one.</summary>
    public string? Village { get; init; }

    public string? ProductKind { get; init; }
    public string? Channel { get; init; }
    public long PaidFen { get; init; }
    public int People { get; init; }
    public DateTimeOffset? StartsAt { get; init; }
    public DateTimeOffset? EndsAt { get; init; }
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>When the last change that is in here happened: one that happened before it comes too late.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    public DateTimeOffset? CancelledAt { get; init; }

    /// <summary>FULL, PARTIAL or NONE: what the frozen policy made of a cancellation.</summary>
    public string? CancelRefund { get; init; }

    public string? CancelReason { get; init; }
    public DateTimeOffset? UsedAt { get; init; }
    public int UsedBy { get; init; }

    /// <summary>What cancellations promised to give back.</summary>
    public long PromisedFen { get; init; }

    /// <summary>What Payments has given back.</summary>
    public long RefundedFen { get; init; }

    /// <summary>What is not the tourist's loss any more: a promised refund comes, a settled one came.</summary>
    public long GivenBackFen => Math.Max(PromisedFen, RefundedFen);
}

/// <summary>A refund that was counted; a copy of its message counts nothing.</summary>
internal sealed class CountedRefund
{
    public required Guid RefundId { get; init; }
    public required Guid PurchaseId { get; init; }
    public required long AmountFen { get; init; }
}

/// <summary>A slot's last known state, by its version.</summary>
internal sealed class Slot
{
    public required Guid Id { get; init; }
    public required bool Closed { get; init; }
    public required long Version { get; init; }
}

/// <summary>Who sells, and what they consented to on joining.</summary>
internal sealed class Merchant
{
    public required Guid Id { get; init; }
    public required string Kind { get; init; }
    public required string Name { get; init; }
    public required string County { get; init; }
    public required bool StandingConsent { get; init; }
    public required List<string> ConsentPatterns { get; init; }
    public required long Version { get; init; }

    public bool ConsentsTo(string pattern) => StandingConsent && ConsentPatterns.Contains(pattern);
}
