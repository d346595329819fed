namespace Jingdezhen.Tourism.Contracts.Payments.V1;

/// <summary>The payout could not be made and will not be tried again by itself.</summary>
public sealed record PayoutFailed(
    string Key,
    string Purpose,
    Guid SubjectId,
    Guid PayeeId,
    long AmountFen,
    string Reason);
