namespace Jingdezhen.Tourism.Contracts.Payments.V1;

/// <summary>The payee has the money.</summary>
public sealed record PayoutSettled(
    Guid PayoutId,
    string Key,
    string Purpose,
    Guid SubjectId,
    Guid PayeeId,
    long AmountFen,
    string Currency,
    DateTimeOffset SettledAt);
