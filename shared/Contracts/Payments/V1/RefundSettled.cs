namespace Jingdezhen.Tourism.Contracts.Payments.V1;

/// <summary>The money is back with the payer.</summary>
public sealed record RefundSettled(
    Guid RefundId,
    string Key,
    Guid PaymentId,
    string PaymentKey,
    string Purpose,
    Guid SubjectId,
    long AmountFen,
    string Currency,
    DateTimeOffset SettledAt);
