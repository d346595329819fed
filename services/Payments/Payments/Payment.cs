namespace Jingdezhen.Tourism.Payments.Payments;

internal enum PaymentState
{
    /// <summary>Asked for; the provider may not know of it yet.</summary>
    Requested,

    /// <summary>The provider waits for the payer.</summary>
    Pending,
    Authorised,
    Captured,
    Declined,
    Cancelled,
    Expired,
}

internal enum PaymentEvent
{
    Accepted,
    Authorised,
    Captured,
    Declined,
    Cancelled,
    Expired,
}

/// <summary>Money asked of a payer, once for the asker's key.</summary>
internal sealed class Payment
{
    public required Guid Id { get; init; }
    public required string Key { get; init; }
    public required string Purpose { get; init; }
    public required Guid SubjectId { get; init; }
    public required Guid? AccountId { get; init; }
    public required long AmountFen { get; init; }
    public required string Currency { get; init; }
    public required string Method { get; init; }
    public required string Provider { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether an authorisation waits for the asker's word; otherwise the provider captures at once.</summary>
    public required bool CaptureLater { get; init; }

    public PaymentState State { get; private set; }
    public bool CaptureAsked { get; private set; }
    public bool CancelAsked { get; private set; }

    /// <summary>Who pays, in the provider's terms (WeChat's openid); it comes from the payer's app, never over the
    /// bus.</summary>
    public string? PayerId { get; private set; }

    /// <summary>What the app needs to let the payer pay, as JSON.</summary>
    public string? PayWith { get; private set; }

    public string? ProviderReference { get; private set; }
    public string? FailureReason { get; private set; }
    public DateTimeOffset? CapturedAt { get; private set; }

    /// <summary>The money came after the deadline, or after the asker had been told that it would not come.</summary>
    public bool Late { get; private set; }

    /// <summary>Given back or about to be; never more than was captured.</summary>
    public long RefundedFen { get; private set; }

    /// <summary>When the provider is asked next; null while nothing is open.</summary>
    public DateTimeOffset? NextStepAt { get; private set; }

    public int Attempts { get; private set; }

    public bool HasEnded => State is PaymentState.Declined or PaymentState.Cancelled or PaymentState.Expired;

    /// <summary>The whole life of a payment. What is not in the table changes nothing: a notice that comes twice, or
    /// late.</summary>
    public static PaymentState? Next(PaymentState state, PaymentEvent happened) => (state, happened) switch
    {
        (PaymentState.Requested, PaymentEvent.Accepted) => PaymentState.Pending,
        (PaymentState.Requested or PaymentState.Pending, PaymentEvent.Authorised) => PaymentState.Authorised,
        (PaymentState.Requested or PaymentState.Pending or PaymentState.Authorised, PaymentEvent.Captured) =>
            PaymentState.Captured,
        (PaymentState.Requested or PaymentState.Pending or PaymentState.Authorised, PaymentEvent.Declined) =>
            PaymentState.Declined,
        (PaymentState.Requested or PaymentState.Pending or PaymentState.Authorised, PaymentEvent.Cancelled) =>
            PaymentState.Cancelled,
        (PaymentState.Requested or PaymentState.Pending or PaymentState.Authorised, PaymentEvent.Expired) =>
            PaymentState.Expired,

        // The payer's money is a fact even after we stopped waiting for it.
        (PaymentState.Declined or PaymentState.Cancelled or PaymentState.Expired, PaymentEvent.Captured) =>
            PaymentState.Captured,
        _ => null,
    };

    /// <returns>Whether anything changed.</returns>
    public bool Apply(PaymentEvent happened, DateTimeOffset at, string? reference, string? reason)
    {
        if (Next(State, happened) is not { } next) return false;

        if (next == PaymentState.Captured)
        {
            Late = HasEnded || at > ExpiresAt;
            CapturedAt = at;
        }

        State = next;
        ProviderReference = reference ?? ProviderReference;
        FailureReason = HasEnded ? reason ?? next.ToString().ToLowerInvariant() : null;
        if (next == PaymentState.Captured || HasEnded) (NextStepAt, PayWith) = (null, null);
        if (next == PaymentState.Authorised && !CaptureAsked) NextStepAt = ExpiresAt;
        return true;
    }

    public void OfferToApp(string payWith) => PayWith = payWith;

    public void NamePayer(string payerId, DateTimeOffset now) => (PayerId, NextStepAt) = (payerId, now);

    public void AskForCapture(DateTimeOffset now) => (CaptureAsked, NextStepAt) = (true, now);

    public void AskForCancel(DateTimeOffset now) => (CancelAsked, NextStepAt) = (true, now);

    public void TakeNextStepAt(DateTimeOffset moment) => NextStepAt = moment;

    /// <summary>Sets money aside for a refund, or takes it back when the refund failed (negative).</summary>
    public void Reserve(long refundFen) => RefundedFen += refundFen;
}
