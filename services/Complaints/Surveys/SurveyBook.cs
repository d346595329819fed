using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Contracts.Complaints.V1;

namespace Jingdezhen.Tourism.Complaints.Surveys;

/// <summary>The door to surveys: closing a case opens one.</summary>
internal static class SurveyBook
{
    public const string Case = "case";
    public const string Experience = "experience";

    public static void Open(ComplaintsDb db, Case closed, DateTimeOffset now) => Open(db, new Survey
    {
        Id = Guid.CreateVersion7(), Subject = Case, SubjectId = closed.Id, AccountId = closed.ClaimantAccountId,
        MerchantId = closed.MerchantId, ProductId = closed.ProductId, County = closed.County,
        Category = closed.Category, OpenedAt = now,
    });

    public static void Open(ComplaintsDb db, Survey survey)
    {
        db.Add(survey);
        db.Publish(new SurveyOpened(
            survey.Id, survey.Subject, survey.SubjectId, survey.MerchantId, survey.ProductId, survey.ProductKind,
            survey.County));
    }

    public static Refusal? Answer(ComplaintsDb db, Survey survey, int score, string? comment, DateTimeOffset now)
    {
        if (survey.Answer(score, comment, now) is { } refusal) return refusal;

        db.Publish(new SurveyAnswered(
            survey.Id, survey.Subject, survey.SubjectId, survey.MerchantId, survey.ProductId, survey.ProductKind,
            survey.County, score, survey.OpenedAt));
        return null;
    }
}
