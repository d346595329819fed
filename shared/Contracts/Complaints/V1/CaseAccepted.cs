namespace Jingdezhen.Tourism.Contracts.Complaints.V1;

/// <summary>The case is ours to handle.</summary>
public sealed record CaseAccepted(
    Guid CaseId,
    Guid? MerchantId,
    string? County,
    string Category,
    DateTimeOffset FiledAt);
