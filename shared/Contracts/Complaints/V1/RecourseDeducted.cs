namespace Jingdezhen.Tourism.Contracts.Complaints.V1;

/// <summary>A merchant's debt to the fund is to be taken out of its next payouts.</summary>
/// <param name="RecourseId">Names the debt; deducting twice for one id is a fault.</param>
public sealed record RecourseDeducted(
    Guid RecourseId,
    Guid MerchantId,
    Guid CaseId,
    long AmountFen);
