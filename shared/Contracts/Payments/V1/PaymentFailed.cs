namespace Jingdezhen.Tourism.Contracts.Payments.V1;

/// <summary>The payment ended without money: declined, cancelled or expired.</summary>
public sealed record PaymentFailed(
    Guid PaymentId,
    string Key,
    string Purpose,
    Guid SubjectId,
    string Reason);
