namespace Jingdezhen.Tourism.Contracts.Complaints.V1;

/// <summary>What the fund paid is owed back by the merchant.</summary>
public sealed record RecourseOpened(
    Guid RecourseId,
    Guid CompensationId,
    Guid CaseId,
    Guid MerchantId,
    long AmountFen);
