namespace Jingdezhen.Tourism.Contracts.Identity.V1;

/// <summary>A person asked to be forgotten: every service erases or detaches what it holds of the account.</summary>
public sealed record AccountDeleted(
    Guid AccountId);
