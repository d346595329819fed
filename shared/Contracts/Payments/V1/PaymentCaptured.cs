namespace Jingdezhen.Tourism.Contracts.Payments.V1;

/// <summary>The payer's money is ours.</summary>
/// <param name="Late">The capture came after the request's deadline.</param>
public sealed record PaymentCaptured(
    Guid PaymentId,
    string Key,
    string Purpose,
    Guid SubjectId,
    long AmountFen,
    string Currency,
    string Method,
    DateTimeOffset CapturedAt,
    bool Late);
