namespace Jingdezhen.Tourism.Metrics.Facts;

/// <summary>Money that the fund promised, paid, claimed back or got back.</summary>
internal sealed class CompensationFact : IFact
{
    public const string Approved = "approved";
    public const string Paid = "paid";
    public const string RecourseOpened = "recourse-opened";
    public const string RecourseSettled = "recourse-settled";

    public required Guid MessageId { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public bool Simulated { get; init; }
    public required string Event { get; init; }

    /// <summary>The case.</summary>
    public required Guid SubjectId { get; init; }

    public Guid? MerchantId { get; init; }
    public string? County { get; init; }
    public string? Category { get; init; }
    public long AmountFen { get; init; }
    public DateTimeOffset? ApprovedAt { get; init; }
    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>Of a recourse: repaid or deducted, written-off or not-liable.</summary>
    public string? Outcome { get; init; }

    /// <summary>Of a recourse: supplier or host.</summary>
    public string? MerchantKind { get; init; }

    /// <summary>Of a recourse: where the homestay is that the case is about.</summary>
    public string? Village { get; init; }
}
