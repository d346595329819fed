namespace Jingdezhen.Tourism.Contracts.Complaints.V1;

/// <summary>The claimant has the money.</summary>
/// <param name="SettledAt">When the payout settled: with <paramref name="ApprovedAt"/> the time to pay.</param>
public sealed record CompensationPaid(
    Guid CompensationId,
    Guid CaseId,
    Guid? MerchantId,
    string? County,
    string Category,
    long AmountFen,
    DateTimeOffset ApprovedAt,
    DateTimeOffset SettledAt);
