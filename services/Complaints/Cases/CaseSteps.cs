using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Complaints.Compensations;
using Jingdezhen.Tourism.Complaints.Operators;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Complaints.Cases;

public sealed record BecauseRequest([Required, StringLength(2000, MinimumLength = 1)] string Because);

/// <param name="Duplicate">The same complaint is another case already; it does not count.</param>
public sealed record DeclineCaseRequest(
    [Required, StringLength(2000, MinimumLength = 1)] string Because, bool Duplicate = false);

public sealed record TransferCaseRequest(
    [Required, StringLength(200, MinimumLength = 1)] string To,
        [Required, StringLength(2000, MinimumLength = 1)] string Because);

public sealed record TextRequest([StringLength(4000)] string? Text = null);

/// <param name="Longer">Both sides agreed to five working days.</param>
public sealed record MediateCaseRequest(bool Longer = false, [StringLength(4000)] string? Record = null);

/// <param name="Answer">accept, contest or offer.</param>
/// <param name="PromisedOn">With accept: the last day, in Shanghai, on which it will have been done; else the rule's
/// time.</param>
public sealed record AnswerCaseRequest(
    [Required] string Answer, [StringLength(4000)] string? Text = null,
        [Range(1, 10_000_000_000)] long? OfferFen = null, DateOnly? PromisedOn = null);

/// <summary>The claimant's word on what the merchant has offered.</summary>
public sealed record AnswerOfferRequest(bool Accept, [StringLength(2000)] string? Text = null);

/// <param name="PromisedFen">What the merchant will pay, where that was agreed.</param>
/// <param name="PromisedOn">The last day on which the merchant will have done what was agreed.</param>
public sealed record AgreeCaseRequest(
    [StringLength(4000)] string? Text = null, [Range(1, 10_000_000_000)] long? PromisedFen = null,
    DateOnly? PromisedOn = null);

public sealed record AttachPurchaseRequest(Guid PurchaseId);

public sealed record FindingRequest(
    bool TouristAtFault, bool FactsClear, bool EvidenceSuffices, bool LiabilityClear, bool Liable = true,
        bool Fraud = false,
    bool MerchantCannotPay = false, [StringLength(4000)] string? Text = null);

public sealed record HandOverRequest(Guid? OperatorId, [StringLength(2000)] string? Text = null);

public sealed record ClassifyCaseRequest(bool Complex);

/// <param name="Letter">The name of a letter; see GET /v1/cases/letters.</param>
/// <param name="Language">zh or en.</param>
public sealed record WriteLetterRequest(
    [Required, StringLength(60)] string Letter, [Required, RegularExpression("^(zh|en)$")] string Language,
    [MaxLength(10)] IReadOnlyDictionary<string, string> Values);

/// <summary>What an operator, a claimant and a merchant do with a case; each is one change under the case's
/// lock.</summary>
internal sealed class CaseSteps(
    ComplaintsDb db, CaseDesk cases, OperatorDesk operators, CompensationDesk compensations, TakeOn takeOn)
{
    private static readonly string[] Answers = ["accept", "contest", "offer"];

    /// <summary>An operator's change of a case that is neither their own nor of a merchant they are tied to.</summary>
    public async Task<Results<Ok<CaseResponse>, NotFound, ProblemHttpResult>> ByOperatorAsync(
        Guid id, ClaimsPrincipal user, Func<Case, Actor, Refusal?> change, CancellationToken cancellation) =>
        await ChangeAsync(id, user, async (found, by) =>
            await operators.MayHandleAsync(user, found, cancellation) ?? change(found, by), cancellation);

    public Task<Results<Ok<CaseResponse>, NotFound, ProblemHttpResult>> ByClaimantAsync(
        Guid id, ClaimsPrincipal user, Func<Case, Actor, Refusal?> change, CancellationToken cancellation)
    {
        var account = user.AccountId();
        return ChangeAsync(id, user, (found, by) => Task.FromResult(
            found.ClaimantAccountId == account ? change(found, by) : NotYours), cancellation);
    }

    /// <summary>The merchant's answer; where it refuses, what the records prove is decided at once.</summary>
    public async Task<Results<Ok<CaseResponse>, NotFound, ProblemHttpResult>> AnswerAsync(
        Guid id, AnswerCaseRequest request, ClaimsPrincipal user, CancellationToken cancellation)
    {
        if (!Answers.Contains(request.Answer))
        {
            return Problems.Invalid("answer", $"One of {string.Join(", ", Answers)}.");
        }

        if (request.Answer == "offer" != request.OfferFen is not null)
        {
            return Problems.Invalid("offerFen", "An offer names its amount; nothing else does.");
        }

        if (request is { PromisedOn: not null, Answer: not "accept" })
        {
            return Problems.Invalid("promisedOn", "Only who accepts says by when it is done.");
        }

        return await ChangeAsync(id, user, async (found, by) =>
        {
            if (user.MerchantId() is not { } merchant || found.MerchantId != merchant) return NotYours;
            if (found.AnswerAsMerchant(request.Answer, request.OfferFen, by, cases.Now,
                request.Text) is { } refusal) return refusal;

            if (request.Answer == "accept")
            {
                var claimed = found.ClaimedFen > 0 ? found.ClaimedFen : (long?)null;
                return cases.AgreeOnPromise(found, by, "the merchant accepts", claimed, request.PromisedOn);
            }

            if (request.Answer == "contest") await compensations.DecideByRuleAsync(found, cancellation);
            return null;
        }, cancellation);
    }

    /// <summary>The claimant takes the merchant's offer, which is a promise from then on, or does not: then what is
    /// proven is decided at once.</summary>
    /// <param name="byPhone">An operator says it for a claimant who has no account.</param>
    public Task<Results<Ok<CaseResponse>, NotFound, ProblemHttpResult>> AnswerOfferAsync(
        Guid id, AnswerOfferRequest request, bool byPhone, ClaimsPrincipal user, CancellationToken cancellation) =>
        ChangeAsync(id, user, async (found, by) =>
        {
            if (byPhone)
            {
                if (await operators.MayHandleAsync(user, found, cancellation) is { } tied) return tied;
                if (found.ClaimantAccountId is not null) return HasAccount;
            }
            else if (found.ClaimantAccountId != user.AccountId()) return NotYours;

            if (!found.HasOpenOffer) return Case.NoOffer;
            if (request.Accept)
            {
                return cases.AgreeOnPromise(found, by, "the offer is accepted", found.OfferFen, null, request.Text);
            }

            if (found.RefuseOffer(by, cases.Now, request.Text) is { } refusal) return refusal;

            await compensations.DecideByRuleAsync(found, cancellation);
            return null;
        }, cancellation);

    /// <summary>The claimant, or an operator who has asked them, says that the merchant did what it promised.</summary>
    public Task<Results<Ok<CaseResponse>, NotFound, ProblemHttpResult>> KeepPromiseAsync(
        Guid id, TextRequest request, ClaimsPrincipal user, CancellationToken cancellation)
    {
        return user.IsInRole(Roles.Operator)
            ? ByOperatorAsync(id, user, Keep, cancellation) : ByClaimantAsync(id, user, Keep, cancellation);

        Refusal? Keep(Case found, Actor by) => found.KeepPromise(by, cases.Now, request.Text)
            ?? cases.Take(found, CaseStep.Close, by, "the promise was kept");
    }

    /// <summary>An operator has found the purchase that a case without one is about: it is evidence as if the case had
    /// been filed with it.</summary>
    public Task<Results<Ok<CaseResponse>, NotFound, ProblemHttpResult>> AttachAsync(
        Guid id, AttachPurchaseRequest request, ClaimsPrincipal user, CancellationToken cancellation) =>
        ChangeAsync(id, user, async (found, by) =>
        {
            if (await operators.MayHandleAsync(user, found, cancellation) is { } tied) return tied;

            var (bought, slotClosed) = await CaseDesk.FindPurchaseAsync(db, request.PurchaseId, cancellation);
            if (bought?.ConfirmedAt is null) return new Refusal("unknown-purchase", "No sale of ours has this id.");
            if (await operators.TiedAsync(user, bought.MerchantId, cancellation) is { } toSeller) return toSeller;

            // A decision stands for what the case was about when it was made.
            if (await db.Compensations.AnyAsync(row => row.CaseId == id, cancellation))
            {
                return new Refusal("already-decided", "A compensation was decided already: file a case anew.");
            }

            if (found.Attach(bought, by, cases.Now) is { } refusal) return refusal;

            await takeOn.AttachPriorAsync(found, cancellation);
            takeOn.AttachPurchase(found, bought, slotClosed);
            await takeOn.ByRuleAsync(found, bought, slotClosed, cancellation);
            return null;
        }, cancellation);

    public async Task<Refusal?> ChangeOneAsync(
        Guid id, ClaimsPrincipal user, Func<Case, Actor, Refusal?> change, CancellationToken cancellation)
    {
        var result = await ByOperatorAsync(id, user, change, cancellation);
        db.ChangeTracker.Clear();
        return result.Result switch
        {
            Ok<CaseResponse> => null,
            ProblemHttpResult problem => new Refusal(
                $"{problem.ProblemDetails.Extensions["code"]}", problem.ProblemDetails.Detail ?? ""),
            _ => new Refusal("not-found", "No such case."),
        };
    }

    public static readonly Refusal HasAccount =
        new("has-account", "The claimant has an account and does this there.");

    private static readonly Refusal NotYours = new("not-found", "No such case.");

    private async Task<Results<Ok<CaseResponse>, NotFound, ProblemHttpResult>> ChangeAsync(
        Guid id, ClaimsPrincipal user, Func<Case, Actor, Task<Refusal?>> change, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await cases.LockAsync(id, cancellation, CaseAccess.Of(
            user)) is not { } found) return TypedResults.NotFound();
        if (await change(found, Actor.Of(user)) is { } refusal)
        {
            return refusal == NotYours ? TypedResults.NotFound() : refusal.AsProblem(
                refusal.Code is "own-case" or "tied-to-merchant" ? StatusCodes.Status403Forbidden
                    : StatusCodes.Status409Conflict);
        }

        await cases.SaveAsync(found, cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(CaseResponse.Of(found));
    }
}
