using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Contracts.Complaints.V1;

namespace Jingdezhen.Tourism.Complaints.Surveys;

/// <summary>The door to surveys: closing a case opens one.</summary>
internal static class SurveyBook
{
    public static void Open(ComplaintsDb db, Case closed, DateTimeOffset now)
    {
        var survey = new Survey
        {
            Id = Guid.CreateVersion7(), CaseId = closed.Id, AccountId = closed.ClaimantAccountId,
            MerchantId = closed.MerchantId, ProductId = closed.ProductId, County = closed.County,
            Category = closed.Category, OpenedAt = now,
        };
        db.Add(survey);
        db.Publish(new SurveyOpened(
            survey.Id, "case", closed.Id, closed.MerchantId, closed.ProductId, ProductKind: null, closed.County));
    }

    public static Refusal? Answer(ComplaintsDb db, Survey survey, int score, string? comment, DateTimeOffset now)
    {
        if (survey.Answer(score, comment, now) is { } refusal) return refusal;

        db.Publish(new SurveyAnswered(
            survey.Id, "case", survey.CaseId, survey.MerchantId, survey.ProductId, ProductKind: null, survey.County,
            score, survey.OpenedAt));
        return null;
    }
}
