using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Complaints.Surveys;

public sealed record AnswerSurveyRequest([Range(1, 5)] int Score, [StringLength(2000)] string? Comment = null);

public sealed record SurveyResponse(
    Guid Id, Guid CaseId, DateTimeOffset OpenedAt, int? Score, string? Comment, DateTimeOffset? AnsweredAt);

/// <param name="Satisfied">Answers of 4 and 5.</param>
/// <param name="Rate">Satisfied by answered; null where nobody has answered.</param>
/// <param name="Low">Lower end of the 95 % Wilson interval.</param>
/// <param name="High">Upper end.</param>
public sealed record SatisfactionResponse(
    DateOnly From, DateOnly To, int Opened, int Answered, int Satisfied, double? Rate, double? Low, double? High);

internal static class SurveyEndpoints
{
    public static void MapSurveys(this IEndpointRouteBuilder routes)
    {
        var surveys = routes.MapGroup("/surveys").WithTags("Surveys");
        surveys.MapGet("/mine", ListMineAsync).RequireAuthorization(Roles.Tourist).WithName("findMySurveys");
        surveys.MapPost("/{id:guid}/answer", AnswerAsync).RequireAuthorization(Roles.Tourist).WithName("answerSurvey");
        surveys.MapGet("/satisfaction", FindSatisfactionAsync).RequireAuthorization(Roles.Staff)
            .WithName("findSatisfaction");
    }

    private static async Task<Ok<List<SurveyResponse>>> ListMineAsync(
        ClaimsPrincipal user, ComplaintsDb db, CancellationToken cancellation, [Range(1, 100)] int limit = 50,
        Guid? after = null)
    {
        var account = user.AccountId();
        return TypedResults.Ok(await db.Surveys.AsNoTracking()
            .Where(row => row.AccountId == account && (after == null || row.Id > after)).OrderBy(row => row.Id)
                .Take(limit)
            .Select(row => new SurveyResponse(row.Id, row.CaseId, row.OpenedAt, row.Score, row.Comment, row.AnsweredAt))
            .ToListAsync(cancellation));
    }

    private static async Task<Results<Ok<SurveyResponse>, NotFound, ProblemHttpResult>> AnswerAsync(
        Guid id, AnswerSurveyRequest request, ClaimsPrincipal user, ComplaintsDb db, TimeProvider clock,
        CancellationToken cancellation)
    {
        var account = user.AccountId();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var survey = await db.Surveys.FromSql($"SELECT * FROM surveys WHERE id = {id} FOR UPDATE")
            .SingleOrDefaultAsync(row => row.AccountId == account, cancellation);
        if (survey is null) return TypedResults.NotFound();
        if (SurveyBook.Answer(db, survey, request.Score, request.Comment,
            clock.GetUtcNow()) is { } refusal) return refusal.AsProblem();

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(new SurveyResponse(
            survey.Id, survey.CaseId, survey.OpenedAt, survey.Score, survey.Comment, survey.AnsweredAt));
    }

    private static async Task<Ok<SatisfactionResponse>> FindSatisfactionAsync(
        DateOnly from, DateOnly to, ComplaintsDb db, CancellationToken cancellation, Guid? merchant = null)
    {
        var (first, last) = (StartOf(from), StartOf(to));
        var sums = await db.Surveys.Where(row => row.OpenedAt >= first && row.OpenedAt < last
                && (merchant == null || row.MerchantId == merchant))
            .GroupBy(_ => 1).Select(all => new
            {
                Opened = all.Count(), Answered = all.Count(row => row.Score != null),
                Satisfied = all.Count(row => row.Score >= 4),
            }).SingleOrDefaultAsync(cancellation);
        var (answered, satisfied) = (sums?.Answered ?? 0, sums?.Satisfied ?? 0);
        var (low, high) = Wilson.Interval(satisfied, answered);
        return TypedResults.Ok(new SatisfactionResponse(
            from, to, sums?.Opened ?? 0, answered, satisfied, answered == 0 ? null : (double)satisfied / answered,
            answered == 0 ? null : low, answered == 0 ? null : high));
    }

    // Days of Shanghai.
    private static DateTimeOffset StartOf(DateOnly day) =>
        new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(8)).ToUniversalTime();
}
