namespace Jingdezhen.Tourism.Contracts.Complaints.V1;

/// <summary>Somebody said how satisfied they are; what they wrote beside it stays with Complaints.</summary>
/// <param name="Subject">case, or experience for a product that was used.</param>
/// <param name="Score">1 to 5; 4 and 5 are satisfied.</param>
/// <param name="OpenedAt">When the survey was opened: the answer counts in that period.</param>
public sealed record SurveyAnswered(
    Guid SurveyId,
    string Subject,
    Guid SubjectId,
    Guid? MerchantId,
    Guid? ProductId,
    string? ProductKind,
    string? County,
    int Score,
    DateTimeOffset OpenedAt);
