namespace Jingdezhen.Tourism.Payments.Payouts;

internal enum PayoutState
{
    Requested,
    Settled,
    Failed,
}

/// <summary>Money on its way to a payee, once for the asker's key.</summary>
internal sealed class Payout
{
    public required Guid Id { get; init; }
    public required string Key { get; init; }
    public required string Purpose { get; init; }
    public required Guid SubjectId { get; init; }
    public required Guid PayeeId { get; init; }
    public required long AmountFen { get; init; }
    public required string Currency { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    public PayoutState State { get; private set; }
    public DateTimeOffset? SettledAt { get; private set; }
    public string? FailureReason { get; private set; }
    public DateTimeOffset? NextStepAt { get; private set; }
    public int Attempts { get; private set; }

    /// <returns>Whether anything changed; an ended payout never does.</returns>
    public bool End(bool settled, DateTimeOffset at, string? reason)
    {
        if (State != PayoutState.Requested) return false;

        State = settled ? PayoutState.Settled : PayoutState.Failed;
        (SettledAt, FailureReason, NextStepAt) = (settled ? at : null, settled ? null : reason ?? "failed", null);
        return true;
    }

    public void TakeNextStepAt(DateTimeOffset moment) => NextStepAt = moment;
}
