namespace Jingdezhen.Tourism.Contracts.Payments.V1;

/// <summary>Asks to pay somebody out. Done once for a key.</summary>
/// <param name="Purpose">compensation, host or merchant; <paramref name="SubjectId"/> is the case or the
/// statement.</param>
/// <param name="PayeeId">An account or a merchant; Payments knows where its money goes.</param>
public sealed record RequestPayout(
    string Key,
    string Purpose,
    Guid SubjectId,
    Guid PayeeId,
    long AmountFen,
    string Currency);
