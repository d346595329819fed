namespace Jingdezhen.Tourism.Contracts.Complaints.V1;

/// <summary>A merchant is asked for its answer to a case, with evidence; silence is decided without it.</summary>
/// <param name="DueAt">When the fast clock for its answer runs out.</param>
public sealed record MerchantAsked(
    Guid CaseId,
    Guid MerchantId,
    DateTimeOffset DueAt);
