namespace Jingdezhen.Tourism.Metrics.Facts;

/// <summary>Money moved.</summary>
internal sealed class PaymentFact : IFact
{
    public const string Captured = "captured";
    public const string Refunded = "refunded";
    public const string PaidOut = "paid-out";

    public required Guid MessageId { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public bool Simulated { get; init; }
    public required string Event { get; init; }

    /// <summary>The payment, refund or payout.</summary>
    public required Guid SubjectId { get; init; }

    /// <summary>booking, order, stay, compensation, host or merchant.</summary>
    public required string Purpose { get; init; }

    public string? Method { get; init; }
    public long AmountFen { get; init; }
}
