namespace Jingdezhen.Tourism.Contracts.Complaints.V1;

/// <summary>A quarter of a step's time is left; told once for each clock and kind.</summary>
/// <param name="Clock">register, verify, accept, merchant-answer, investigate, payout, mediate or whole.</param>
/// <param name="Kind">fast or legal.</param>
/// <param name="Cites">The rule that set the due time.</param>
/// <param name="AssigneeId">The account of the operator who has the case; null where nobody has.</param>
public sealed record ClockDueSoon(
    Guid CaseId,
    string Clock,
    string Kind,
    DateTimeOffset DueAt,
    string Cites,
    Guid? AssigneeId = null);
