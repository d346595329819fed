using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Complaints.Cases;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Jingdezhen.Tourism.Complaints.Surveys;

public sealed record AnswerSurveyRequest([Range(1, 5)] int Score, [StringLength(2000)] string? Comment = null);

/// <param name="Subject">case, or experience for something that was used.</param>
/// <param name="SubjectId">The case or the booking.</param>
public sealed record SurveyResponse(
    Guid Id, string Subject, Guid SubjectId, DateTimeOffset OpenedAt, int? Score, string? Comment,
    DateTimeOffset? AnsweredAt);

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
        surveys.MapPost("/by-case/{number}", AnswerByCaseAsync).AllowAnonymous().WithName("answerSurveyByCase");
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
            .Select(row => new SurveyResponse(row.Id, row.Subject, row.SubjectId, row.OpenedAt, row.Score, row.Comment,
                row.AnsweredAt))
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
        return TypedResults.Ok(Response(survey));
    }

    // Without an account: by the case's number and the claimant's phone, under the guard of the status page.
    private static async Task<Results<Ok<SurveyResponse>, NotFound, ProblemHttpResult>> AnswerByCaseAsync(
        string number, [FromHeader(Name = "Case-Phone")] string phone, AnswerSurveyRequest request, ComplaintsDb db,
        GuessGuard guard, TimeProvider clock, CancellationToken cancellation)
    {
        if (CaseNumbers.Read(number) is not { } read)
        {
            return Problems.Invalid("number", "The check digit does not fit: read it again.");
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var (found, refusal) = await guard.OpenAsync(read, phone, cancellation);
        if (found is null)
        {
            await transaction.CommitAsync(cancellation);
            return refusal is null
                ? TypedResults.NotFound() : refusal.AsProblem(StatusCodes.Status429TooManyRequests);
        }

        var survey = await db.Surveys.FromSql(
            $"SELECT * FROM surveys WHERE subject_id = {found.Id} ORDER BY opened_at DESC LIMIT 1 FOR UPDATE")
            .SingleOrDefaultAsync(cancellation);
        if (survey is null) return TypedResults.NotFound();
        if (SurveyBook.Answer(db, survey, request.Score, request.Comment, clock.GetUtcNow()) is { } answered)
        {
            return answered.AsProblem();
        }

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(Response(survey));
    }

    private static SurveyResponse Response(Survey row) => new(
        row.Id, row.Subject, row.SubjectId, row.OpenedAt, row.Score, row.Comment, row.AnsweredAt);

    private static async Task<Ok<SatisfactionResponse>> FindSatisfactionAsync(
        DateOnly from, DateOnly to, ComplaintsDb db, CancellationToken cancellation, Guid? merchant = null,
        [StringLength(40)] string? category = null,
        [RegularExpression("^(case|experience)$")] string subject = SurveyBook.Case)
    {
        var (first, last) = (StartOf(from), StartOf(to));
        var sums = await db.Surveys.Where(row => row.OpenedAt >= first && row.OpenedAt < last
                && row.Subject == subject && (merchant == null || row.MerchantId == merchant)
                && (category == null || row.Category == category))
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
