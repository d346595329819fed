namespace Jingdezhen.Tourism.Contracts.Complaints.V1;

/// <summary>A step was not done in its time; told once for each clock and kind.</summary>
/// <param name="Clock">register, verify, accept, merchant-answer, investigate, payout, mediate or whole.</param>
/// <param name="Kind">fast or legal.</param>
/// <param name="Cites">The rule that set the due time.</param>
/// <param name="Escalation">1 the team's lead, 2 the bureau.</param>
/// <param name="AssigneeId">The account of the operator who has the case; null where nobody has.</param>
public sealed record ClockBreached(
    Guid CaseId,
    string Clock,
    string Kind,
    DateTimeOffset DueAt,
    string Cites,
    int Escalation,
    Guid? AssigneeId = null);
