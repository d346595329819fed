namespace Jingdezhen.Tourism.Contracts.Complaints.V1;

/// <summary>The case is over, for now: new facts may reopen it, and then it closes again.</summary>
/// <param name="Outcome">agreed, terminated, declined, declined-duplicate, transferred or withdrawn. Duplicates and
/// withdrawn cases do not count as complaints.</param>
/// <param name="DecidedAt">When agreement, termination or refusal was decided; null where nothing was.</param>
/// <param name="ClocksMet">Steps that were done within their fast clock.</param>
/// <param name="ClocksBreached">Steps that were not.</param>
/// <param name="Version">Grows with every closing of the case; the last one tells its outcome.</param>
/// <param name="Channel">As CaseFiled has it.</param>
public sealed record CaseClosed(
    Guid CaseId,
    Guid? MerchantId,
    Guid? ProductId,
    string? VenueId,
    string? County,
    string Category,
    string Outcome,
    DateTimeOffset FiledAt,
    DateTimeOffset? AcceptedAt,
    DateTimeOffset? DecidedAt,
    int ClocksMet,
    int ClocksBreached,
    long Version,
    string? Channel = null);
