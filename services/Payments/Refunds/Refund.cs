namespace Jingdezhen.Tourism.Payments.Refunds;

internal enum RefundState
{
    Requested,
    Settled,
    Failed,
}

/// <summary>Money on its way back to a payer, once for the asker's key.</summary>
internal sealed class Refund
{
    public required Guid Id { get; init; }
    public required string Key { get; init; }
    public required Guid PaymentId { get; init; }
    public required string PaymentKey { get; init; }
    public required string Provider { get; init; }
    public required string Purpose { get; init; }
    public required Guid SubjectId { get; init; }
    public required long AmountFen { get; init; }
    public required string Currency { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    public RefundState State { get; private set; }
    public string? ProviderReference { get; private set; }
    public DateTimeOffset? SettledAt { get; private set; }
    public string? FailureReason { get; private set; }
    public DateTimeOffset? NextStepAt { get; private set; }
    public int Attempts { get; private set; }

    /// <returns>Whether anything changed; an ended refund never does.</returns>
    public bool End(bool settled, DateTimeOffset at, string? reference, string? reason)
    {
        if (State != RefundState.Requested) return false;

        ProviderReference = reference;
        State = settled ? RefundState.Settled : RefundState.Failed;
        (SettledAt, FailureReason, NextStepAt) = (settled ? at : null, settled ? null : reason ?? "failed", null);
        return true;
    }

    public void TakeNextStepAt(DateTimeOffset moment) => NextStepAt = moment;
}
