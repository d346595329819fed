using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Complaints.Cases;

public sealed record JoinCasesRequest(
    [Required, MinLength(1), MaxLength(100)] IReadOnlyList<Guid> CaseIds,
    [Required, StringLength(300, MinimumLength = 1)] string Matter);

public sealed record JointCaseResponse(Guid Id, string Matter, Guid? MerchantId, int Cases);

/// <param name="Action">claim, hand-over, acknowledge, accept, decline, transfer, ask-merchant, mediate, terminate,
/// close or note; declining and transferring say why in the text.</param>
/// <param name="JointId">In place of ids: every case of a joint case.</param>
public sealed record BulkRequest(
    [Required] string Action, [MaxLength(100)] IReadOnlyList<Guid>? CaseIds = null, Guid? JointId = null,
        Guid? OperatorId = null,
    [StringLength(4000)] string? Text = null, [StringLength(200, MinimumLength = 1)] string? To = null);

/// <param name="Code">Null where it was done; else why not.</param>
public sealed record BulkLineResponse(Guid CaseId, string? Code, string? Reason);

public sealed record BulkResponse(int Done, int Refused, IReadOnlyList<BulkLineResponse> Lines);

/// <summary>Many cases at once: about one matter, or by one action.</summary>
internal static class HandleTogether
{
    private const int MostCases = 100;

    public static async Task<Results<Created<JointCaseResponse>, ProblemHttpResult>> Join(
        JoinCasesRequest request, ClaimsPrincipal user, ComplaintsDb db, CaseDesk cases,
            Operators.OperatorDesk operators,
        CancellationToken cancellation)
    {
        var ids = request.CaseIds.Distinct().Order().ToList();
        if (ids.Count < JointCase.FewestCases)
        {
            return new Refusal("too-few-for-joint", $"A joint case has at least {JointCase.FewestCases} complainants.")
                .AsProblem();
        }

        var by = Actor.Of(user);
        var joint = Guid.CreateVersion7();
        Guid? merchant = null;
        foreach (var id in ids)
        {
            if (await cases.LockAsync(id, cancellation) is not { } found)
            {
                return new Refusal("unknown-case", $"There is no case {id}.").AsProblem();
            }

            if (await operators.MayHandleAsync(user, found, cancellation) is { } tied)
            {
                return tied.AsProblem(StatusCodes.Status403Forbidden);
            }

            if (merchant is not null && found.MerchantId != merchant)
            {
                return new Refusal("not-one-matter", "A joint case is about one merchant.").AsProblem();
            }

            merchant = found.MerchantId;
            if (found.Join(joint, by, cases.Now) is { } refusal) return refusal.AsProblem();

            await cases.SaveAsync(found, cancellation);
        }

        db.Add(new JointCase
        {
            Id = joint, Matter = request.Matter, MerchantId = merchant, OpenedBy = by.ToString(), OpenedAt = cases.Now,
        });
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Created($"/v1/cases/joint/{joint}", new JointCaseResponse(joint, request.Matter, merchant,
            ids.Count));
    }

    /// <summary>Each case is changed by itself: what cannot be done with one is done with the others.</summary>
    public static async Task<Results<Ok<BulkResponse>, ProblemHttpResult>> Bulk(
        BulkRequest request, ClaimsPrincipal user, ComplaintsDb db, CaseDesk cases, CaseSteps steps,
            CancellationToken cancellation)
    {
        Func<Case, Actor, Refusal?>? change = request.Action switch
        {
            "claim" => (found, by) => found.Claim(by, cases.Now),
            "hand-over" => (found, by) => found.Assign(request.OperatorId, by, cases.Now, request.Text),
            "acknowledge" => Step(CaseStep.Acknowledge),
            "accept" => Step(CaseStep.Accept),
            "decline" when request.Text is { Length: > 0 } => Step(CaseStep.Decline),
            "transfer" when request is { To: { } to, Text.Length: > 0 } => (found, by) =>
                cases.Take(found, CaseStep.Transfer, by, to, request.Text),
            "ask-merchant" => Step(CaseStep.AskMerchant),
            "mediate" => Step(CaseStep.Mediate),
            "terminate" => Step(CaseStep.Terminate),
            "close" => Step(CaseStep.Close),
            "note" => (found, by) =>
            {
                found.Note(by, cases.Now, "note", "", CaseEvent.Internal, request.Text);
                return null;
            },
            _ => null,
        };
        if (change is null) return Problems.Invalid("action", "Not an action for many cases, or it needs a text.");

        var ids = request.JointId is { } joint
            ? await db.Cases.Where(row => row.JointId == joint).Select(row => row.Id).Order().Take(MostCases)
                .ToListAsync(cancellation)
            : request.CaseIds ?? [];
        var lines = new List<BulkLineResponse>();
        foreach (var id in ids.Distinct())
        {
            var refusal = await steps.ChangeOneAsync(id, user, change, cancellation);
            lines.Add(new(id, refusal?.Code, refusal?.Reason));
        }

        return TypedResults.Ok(new BulkResponse(
            lines.Count(line => line.Code is null), lines.Count(line => line.Code is not null), lines));

        Func<Case, Actor, Refusal?> Step(CaseStep step) => (found, by) => cases.Take(found, step, by, "", request.Text);
    }
}
