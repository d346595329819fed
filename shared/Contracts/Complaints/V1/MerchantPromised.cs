namespace Jingdezhen.Tourism.Contracts.Complaints.V1;

/// <summary>A merchant and a claimant agreed on what the merchant does; it has to be done by then.</summary>
/// <param name="PromisedFen">What the merchant pays; null where it does something else.</param>
/// <param name="DueAt">Afterwards the case is taken up again.</param>
public sealed record MerchantPromised(Guid CaseId, Guid MerchantId, long? PromisedFen, DateTimeOffset DueAt);
