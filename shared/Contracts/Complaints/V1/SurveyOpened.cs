namespace Jingdezhen.Tourism.Contracts.Complaints.V1;

/// <summary>Somebody was asked how satisfied they are, after a case (see CaseClosed) or after an experience.</summary>
/// <param name="Subject">case, or experience for a product that was used.</param>
public sealed record SurveyOpened(
    Guid SurveyId,
    string Subject,
    Guid SubjectId,
    Guid? MerchantId,
    Guid? ProductId,
    string? ProductKind,
    string? County);
