namespace Jingdezhen.Tourism.Contracts.Payments.V1;

/// <summary>Asks to give money back. Done once for a key; never more than was captured.</summary>
/// <param name="Key">The asker's key, for example the cancellation's id.</param>
/// <param name="PaymentKey">The key of the payment that is refunded.</param>
public sealed record RequestRefund(
    string Key,
    string PaymentKey,
    string Purpose,
    Guid SubjectId,
    long AmountFen,
    string Currency,
    string Reason);
