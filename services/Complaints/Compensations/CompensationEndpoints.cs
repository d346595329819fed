using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Complaints.Operators;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Complaints.Compensations;

/// <param name="AmountFen">What to pay at most; without it what was claimed.</param>
public sealed record RequestCompensationRequest([Range(1, 10_000_000_000)] long? AmountFen = null);

public sealed record ClawBackRequest([Required, StringLength(2000, MinimumLength = 1)] string Because);

/// <param name="Reference">The bank's, of the claimant's transfer to the fund.</param>
public sealed record ReturnCompensationRequest(
    [Required, RegularExpression("^[a-z0-9-]{1,60}$")] string Reference, [Range(1, long.MaxValue)] long AmountFen);

/// <param name="State">eligible, ineligible, approved, paid, failed, released, clawed-back or returned.</param>
/// <param name="Reasons">The answer of every rule.</param>
/// <param name="SecondPersonNeeded">One has approved; another must.</param>
/// <param name="Proposed">What one person has said of money that was paid, and another has to confirm.</param>
public sealed record CompensationResponse(
    Guid Id, Guid CaseId, string State, long AmountFen, IReadOnlyList<RuleAnswer> Reasons, bool SecondPersonNeeded,
        bool ByRule,
    DateTimeOffset RequestedAt, DateTimeOffset? ApprovedAt, DateTimeOffset? SettledAt, string? FailedBecause,
    string? Proposed);

internal static class CompensationEndpoints
{
    public static void MapCompensations(this IEndpointRouteBuilder routes)
    {
        var paid = routes.MapGroup("/compensations").WithTags("Compensations");
        paid.MapGet("/of-case/{caseId:guid}", ListAsync).WithName("findCompensations");
        paid.MapPost("/of-case/{caseId:guid}", RequestAsync).RequireAuthorization(Roles.Operator)
            .RequireIdempotencyKey()
            .WithName("requestCompensation");
        paid.MapPost("/{id:guid}/approve", ApproveAsync).RequireAuthorization(Roles.Operator)
            .WithName("approveCompensation");
        paid.MapPost("/{id:guid}/claw-back", ClawBackAsync).RequireAuthorization(Roles.Operator)
            .WithName("clawBackCompensation");
        paid.MapPost("/{id:guid}/returned", ReturnAsync).RequireAuthorization(Roles.Operator)
            .WithName("recordReturn");
    }

    private static async Task<Results<Ok<List<CompensationResponse>>, NotFound>> ListAsync(
        Guid caseId, ClaimsPrincipal user, ComplaintsDb db, OperatorDesk operators, CancellationToken cancellation,
            [Range(1, 100)] int limit = 50) =>
        await db.Cases.Where(operators.Readable(user))
            .AnyAsync(row => row.Id == caseId, cancellation)
            ? TypedResults.Ok((await db.Compensations.AsNoTracking().Where(row => row.CaseId == caseId)
                .OrderBy(row => row.Id)
                .Take(limit).ToListAsync(cancellation)).ConvertAll(Response))
            : TypedResults.NotFound();

    private static async Task<Results<Created<CompensationResponse>, NotFound, ProblemHttpResult>> RequestAsync(
        Guid caseId, RequestCompensationRequest request, ClaimsPrincipal user, CaseDesk cases, OperatorDesk operators,
        CompensationDesk desk, CancellationToken cancellation)
    {
        if (await cases.LockAsync(caseId, cancellation) is not { } of) return TypedResults.NotFound();
        if (await operators.MayHandleAsync(user, of, cancellation) is { } tied) return tied.AsProblem(
            StatusCodes.Status403Forbidden);
        if (!of.IsOpen && of.State != CaseState.Agreed)
        {
            return new Refusal("case-not-open", $"The case is {of.State.Kebab()}.").AsProblem();
        }

        var decided = await desk.RequestAsync(of, request.AmountFen ?? of.ClaimedFen, Actor.Of(user), cancellation);
        await cases.SaveAsync(of, cancellation);
        return TypedResults.Created($"/v1/compensations/of-case/{caseId}", Response(decided));
    }

    private static Task<Results<Ok<CompensationResponse>, NotFound, ProblemHttpResult>> ApproveAsync(
        Guid id, ClaimsPrincipal user, ComplaintsDb db, CaseDesk cases, OperatorDesk operators, CompensationDesk desk,
        CancellationToken cancellation) =>
        ChangeAsync(id, user, db, cases, operators,
            (of, asked) => desk.ApproveAsync(of, asked, user.AccountId(), cancellation), cancellation);

    private static Task<Results<Ok<CompensationResponse>, NotFound, ProblemHttpResult>> ClawBackAsync(
        Guid id, ClawBackRequest request, ClaimsPrincipal user, ComplaintsDb db, CaseDesk cases, OperatorDesk operators,
        CompensationDesk desk, CancellationToken cancellation) =>
        ChangeAsync(id, user, db, cases, operators,
            (of, paid) => desk.ClawBackAsync(of, paid, Actor.Of(user), request.Because, cancellation), cancellation);

    private static Task<Results<Ok<CompensationResponse>, NotFound, ProblemHttpResult>> ReturnAsync(
        Guid id, ReturnCompensationRequest request, ClaimsPrincipal user, ComplaintsDb db, CaseDesk cases,
        OperatorDesk operators, CompensationDesk desk, CancellationToken cancellation) =>
        ChangeAsync(id, user, db, cases, operators, (of, paid) => desk.ReturnAsync(
            of, paid, Actor.Of(user), request.Reference, request.AmountFen, cancellation), cancellation);

    private static async Task<Results<Ok<CompensationResponse>, NotFound, ProblemHttpResult>> ChangeAsync(
        Guid id, ClaimsPrincipal user, ComplaintsDb db, CaseDesk cases, OperatorDesk operators,
        Func<Case, Compensation, Task<Refusal?>> change, CancellationToken cancellation)
    {
        var caseId = await db.Compensations.Where(row => row.Id == id).Select(row => (Guid?)row.CaseId)
            .SingleOrDefaultAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (caseId is null || await cases.LockAsync(caseId.Value,
            cancellation) is not { } of) return TypedResults.NotFound();
        if (await operators.MayHandleAsync(user, of, cancellation) is { } tied) return tied.AsProblem(
            StatusCodes.Status403Forbidden);

        var paid = await db.Compensations.SingleAsync(row => row.Id == id, cancellation);
        if (await change(of, paid) is { } refusal) return refusal.AsProblem();

        await cases.SaveAsync(of, cancellation);
        await transaction.CommitAsync(cancellation);
        FaultPoint.Reach("approved");
        return TypedResults.Ok(Response(paid));
    }

    private static CompensationResponse Response(Compensation row) => new(
        row.Id, row.CaseId, row.State.Kebab(), row.AmountFen, row.Reasons,
        row.State == CompensationState.Eligible && row.FirstApprover is not null, row.ByRule, row.RequestedAt,
            row.ApprovedAt,
        row.SettledAt, row.FailedBecause, row.Word.Proposed);
}
