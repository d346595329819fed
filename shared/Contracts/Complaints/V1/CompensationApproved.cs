namespace Jingdezhen.Tourism.Contracts.Complaints.V1;

/// <summary>The fund will pay; the clock to the payout runs from <paramref name="ApprovedAt"/>.</summary>
public sealed record CompensationApproved(
    Guid CompensationId,
    Guid CaseId,
    Guid? MerchantId,
    string? County,
    string Category,
    long AmountFen,
    DateTimeOffset FiledAt,
    DateTimeOffset ApprovedAt);
