namespace Jingdezhen.Tourism.Contracts.Payments.V1;

/// <summary>The refund could not be made and will not be tried again by itself.</summary>
public sealed record RefundFailed(
    string Key,
    string PaymentKey,
    string Purpose,
    Guid SubjectId,
    long AmountFen,
    string Reason);
