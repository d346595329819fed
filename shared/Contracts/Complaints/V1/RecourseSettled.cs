namespace Jingdezhen.Tourism.Contracts.Complaints.V1;

/// <summary>A merchant's debt to the fund, or a part of it, came to an end.</summary>
/// <param name="Outcome">repaid or deducted (the money is back in the fund); written-off or not-liable (the fund bears
/// it).</param>
/// <param name="MerchantKind">supplier or host: only a host's debt lessens what households earn.</param>
/// <param name="County">The case's.</param>
/// <param name="Category">The case's.</param>
/// <param name="Village">Where the homestay is that the case is about.</param>
public sealed record RecourseSettled(
    Guid RecourseId,
    Guid CaseId,
    Guid MerchantId,
    string Outcome,
    long AmountFen,
    string? MerchantKind = null,
    string? County = null,
    string? Category = null,
    string? Village = null);
