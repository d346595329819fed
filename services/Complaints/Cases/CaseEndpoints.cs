using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Changed = System.Threading.Tasks.Task<Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.Ok<Jingdezhen.Tourism.Complaints.Cases.CaseResponse>,
    Microsoft.AspNetCore.Http.HttpResults.NotFound, Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>>;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <param name="Zh">With placeholders in braces; the case's number, due times and offer are filled in by us.</param>
/// <param name="ToMerchant">Read by the merchant; else by the claimant.</param>
public sealed record LetterResponse(string Name, string Zh, string En, bool ToMerchant);

internal static class CaseEndpoints
{
    public static void MapCases(this IEndpointRouteBuilder routes)
    {
        var cases = routes.MapGroup("/cases").WithTags("Cases");
        cases.MapPost("", FileCase.Handle).RequireAuthorization(policy => policy.RequireRole(Roles.Tourist,
            Roles.Operator))
            .RequireIdempotencyKey().WithName("fileCase");
        cases.MapGet("/mine", FindCases.Mine).WithName("findMyCases");
        cases.MapGet("/{id:guid}", FindCases.One).WithName("findCase");
        cases.MapGet("/{id:guid}/history", FindCases.History).WithName("findCaseHistory");
        cases.MapGet("/status/{number}", ShowStatus.Handle).AllowAnonymous().WithName("showCaseStatus");
        cases.MapGet("/letters", ListLetters).RequireAuthorization(Roles.Staff).WithName("findLetters");
        cases.MapGet("/queue/{name}", FindCases.Queue).RequireAuthorization(Roles.Staff).WithName("findCaseQueue");
        cases.MapGet("/search", FindCases.Search).RequireAuthorization(Roles.Staff).WithName("searchCases");
        cases.MapGet("/{id:guid}/file", FindCases.OneForStaff).RequireAuthorization(Roles.Staff)
            .WithName("findCaseFile");

        cases.MapPost("/{id:guid}/withdraw", Withdraw).RequireAuthorization(Roles.Tourist).WithName("withdrawCase");
        cases.MapPost("/{id:guid}/reopen", Reopen).RequireAuthorization(Roles.Tourist).WithName("reopenCase");
        cases.MapPost("/{id:guid}/answer", (Guid id, AnswerCaseRequest request, ClaimsPrincipal user, CaseSteps steps,
            CancellationToken cancellation) => steps.AnswerAsync(id, request, user, cancellation))
            .RequireAuthorization(Roles.Seller).WithName("answerCase");
        cases.MapPost("/{id:guid}/offer", Offer(byPhone: false)).RequireAuthorization(Roles.Tourist)
            .WithName("answerOffer");
        cases.MapPost("/{id:guid}/promise-kept", (Guid id, TextRequest request, ClaimsPrincipal user, CaseSteps steps,
            CancellationToken cancellation) => steps.KeepPromiseAsync(id, request, user, cancellation))
            .RequireAuthorization(policy => policy.RequireRole(Roles.Tourist, Roles.Operator)).WithName("keepPromise");

        var work = cases.MapGroup("").RequireAuthorization(Roles.Operator);
        work.MapPost("/{id:guid}/acknowledge", Step(CaseStep.Acknowledge)).WithName("acknowledgeCase");
        work.MapPost("/{id:guid}/accept", Step(CaseStep.Accept)).WithName("acceptCase");
        work.MapPost("/{id:guid}/decline", Decline).WithName("declineCase");
        work.MapPost("/{id:guid}/transfer", Transfer).WithName("transferCase");
        work.MapPost("/{id:guid}/ask-merchant", Step(CaseStep.AskMerchant)).WithName("askMerchant");
        work.MapPost("/{id:guid}/mediate", Mediate).WithName("mediateCase");
        work.MapPost("/{id:guid}/agree", Agree).WithName("agreeCase");
        work.MapPost("/{id:guid}/terminate", Step(CaseStep.Terminate)).WithName("terminateCase");
        work.MapPost("/{id:guid}/close", Step(CaseStep.Close)).WithName("closeCase");
        work.MapPost("/{id:guid}/claim", Claim).WithName("claimCase");
        work.MapPost("/{id:guid}/withdraw-by-phone", WithdrawByPhone).WithName("withdrawCaseByPhone");
        work.MapPost("/{id:guid}/reopen-by-phone", ReopenByPhone).WithName("reopenCaseByPhone");
        work.MapPost("/{id:guid}/offer-by-phone", Offer(byPhone: true)).WithName("answerOfferByPhone");
        work.MapGet("/{id:guid}/purchases", FindPurchases.Handle).WithName("findPurchasesOfCase");
        work.MapPost("/{id:guid}/purchase", (Guid id, AttachPurchaseRequest request, ClaimsPrincipal user,
            CaseSteps steps, CancellationToken cancellation) => steps.AttachAsync(id, request, user, cancellation))
            .WithName("attachPurchase");
        work.MapPost("/{id:guid}/hand-over", HandOver).WithName("handOverCase");
        work.MapPost("/{id:guid}/notes", Note).WithName("noteOnCase");
        work.MapPost("/{id:guid}/mediation-records", RecordMediation).WithName("recordMediation");
        work.MapPost("/{id:guid}/letters", WriteLetter).WithName("writeLetter");
        work.MapPost("/{id:guid}/finding", Find).WithName("recordFinding");
        work.MapPost("/{id:guid}/classify", Classify).WithName("classifyCase");
        work.MapPost("/{id:guid}/pause", Pause).WithName("pauseCase");
        work.MapPost("/{id:guid}/resume", Resume).WithName("resumeCase");
        work.MapPost("/joint", HandleTogether.Join).RequireIdempotencyKey().WithName("joinCases");
        work.MapPost("/bulk", HandleTogether.Bulk).WithName("changeManyCases");
    }

    // The plain steps: all that they say is which one they are, and what the operator writes beside it.
    private static Delegate Step(CaseStep step) =>
        (Guid id, TextRequest request, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk,
            CancellationToken cancellation) =>
            steps.ByOperatorAsync(id, user, (found, by) => desk.Take(found, step, by, "", request.Text), cancellation);

    private static Delegate Offer(bool byPhone) =>
        (Guid id, AnswerOfferRequest request, ClaimsPrincipal user, CaseSteps steps, CancellationToken cancellation) =>
            steps.AnswerOfferAsync(id, request, byPhone, user, cancellation);

    private static Changed Agree(
        Guid id, AgreeCaseRequest request, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk,
            CancellationToken cancellation) =>
        steps.ByOperatorAsync(id, user, (found, by) => request is { PromisedFen: null, PromisedOn: null }
            ? desk.Take(found, CaseStep.Agree, by, "", request.Text)
            : desk.AgreeOnPromise(found, by, "", request.PromisedFen, request.PromisedOn, request.Text), cancellation);

    private static Changed Withdraw(
        Guid id, TextRequest request, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk,
            CancellationToken cancellation) =>
        steps.ByClaimantAsync(id, user, (found, by) => desk.Take(found, CaseStep.Withdraw, by, "", request.Text),
            cancellation);

    private static Changed Reopen(
        Guid id, BecauseRequest request, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk,
            CancellationToken cancellation) =>
        steps.ByClaimantAsync(id, user,
            (found, by) => desk.Take(found, CaseStep.Reopen, by, "new facts", request.Because), cancellation);

    // Claimants without an account say it on the phone; whoever has one does it there.
    private static Changed WithdrawByPhone(
        Guid id, BecauseRequest request, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk,
            CancellationToken cancellation) =>
        steps.ByOperatorAsync(id, user, (found, by) => HasAccount(found)
            ?? desk.Take(found, CaseStep.Withdraw, by, "by phone", request.Because), cancellation);

    private static Changed ReopenByPhone(
        Guid id, BecauseRequest request, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk,
            CancellationToken cancellation) =>
        steps.ByOperatorAsync(id, user, (found, by) => HasAccount(found)
            ?? desk.Take(found, CaseStep.Reopen, by, "new facts, by phone", request.Because), cancellation);

    private static Refusal? HasAccount(Case found) =>
        found.ClaimantAccountId is null ? null : CaseSteps.HasAccount;

    private static Changed Decline(
        Guid id, DeclineCaseRequest request, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk,
        CancellationToken cancellation) =>
        steps.ByOperatorAsync(id, user, (found, by) => desk.Take(
            found, CaseStep.Decline, by, request.Duplicate ? "duplicate" : "", request.Because,
            request.Duplicate ? "declined-duplicate" : null), cancellation);

    private static Changed Transfer(
        Guid id, TransferCaseRequest request, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk,
        CancellationToken cancellation) =>
        steps.ByOperatorAsync(id, user,
            (found, by) => desk.Take(found, CaseStep.Transfer, by, request.To, request.Because), cancellation);

    private static Changed Mediate(
        Guid id, MediateCaseRequest request, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk,
        CancellationToken cancellation) =>
        steps.ByOperatorAsync(id, user, (found, by) =>
            desk.Take(found, CaseStep.Mediate, by, request.Longer ? Case.LongerMediation : "", request.Record),
                cancellation);

    private static Changed Claim(
        Guid id, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk, CancellationToken cancellation) =>
        steps.ByOperatorAsync(id, user, (found, by) => found.Claim(by, desk.Now), cancellation);

    private static Changed HandOver(
        Guid id, HandOverRequest request, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk,
            CancellationToken cancellation) =>
        steps.ByOperatorAsync(id, user,
            (found, by) => found.Assign(request.OperatorId, by, desk.Now, request.Text), cancellation);

    private static Changed Note(
        Guid id, BecauseRequest request, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk,
            CancellationToken cancellation) =>
        Written(id, "note", CaseEvent.Internal, request.Because, user, steps, desk, cancellation);

    private static Changed RecordMediation(
        Guid id, BecauseRequest request, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk,
            CancellationToken cancellation) =>
        Written(id, "mediation-record", CaseEvent.Parties, request.Because, user, steps, desk, cancellation);

    private static async Changed WriteLetter(
        Guid id, WriteLetterRequest request, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk,
        CancellationToken cancellation)
    {
        if (!CaseTemplates.Letters.TryGetValue(request.Letter, out var letter))
        {
            return Problems.Invalid("letter", $"One of {string.Join(", ", CaseTemplates.Letters.Keys)}.");
        }

        return await steps.ByOperatorAsync(id, user, (found, by) =>
        {
            if (letter.ToMerchant && found.MerchantId is null)
            {
                return new Refusal("no-merchant", "The case has no merchant to write to.");
            }

            var text = letter.Write(found, request.Language, request.Values);
            if (text.IsRefused) return text.Refusal;

            found.Note(by, desk.Now, letter.ToMerchant ? "letter-to-merchant" : "letter", request.Letter,
                letter.ToMerchant ? CaseEvent.Merchant : CaseEvent.Claimant, text.Value);
            return letter.Pauses && found is { IsOpen: true, PausedAt: null }
                ? found.Pause("等待投诉人补充材料 / waiting for the complainant's evidence", by, desk.Now) : null;
        }, cancellation);
    }

    private static Changed Written(
        Guid id, string what, string audience, string text, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk,
        CancellationToken cancellation) =>
        steps.ByOperatorAsync(id, user, (found, by) =>
        {
            found.Note(by, desk.Now, what, "", audience, text);
            return null;
        }, cancellation);

    private static Changed Find(
        Guid id, FindingRequest request, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk,
            CancellationToken cancellation) =>
        steps.ByOperatorAsync(id, user, (found, by) => found.Find(
            new(request.TouristAtFault, request.FactsClear, request.EvidenceSuffices, request.LiabilityClear,
                request.Liable,
                request.Fraud, request.MerchantCannotPay),
            by, desk.Now, request.Text), cancellation);

    private static Changed Classify(
        Guid id, ClassifyCaseRequest request, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk,
        CancellationToken cancellation) =>
        steps.ByOperatorAsync(id, user, (found, by) =>
        {
            found.Classify(request.Complex, by, desk.Now);
            return null;
        }, cancellation);

    private static Changed Pause(
        Guid id, BecauseRequest request, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk,
            CancellationToken cancellation) =>
        steps.ByOperatorAsync(id, user, (found, by) => found.Pause(request.Because, by, desk.Now), cancellation);

    private static Changed Resume(
        Guid id, ClaimsPrincipal user, CaseSteps steps, CaseDesk desk, CancellationToken cancellation) =>
        steps.ByOperatorAsync(id, user, (found, by) => found.Resume(by, desk.Now), cancellation);

    private static Ok<List<LetterResponse>> ListLetters([Range(1, 100)] int limit = 100) =>
        TypedResults.Ok(CaseTemplates.Letters.Take(limit)
            .Select(letter => new LetterResponse(
                letter.Key, letter.Value.Zh, letter.Value.En, letter.Value.ToMerchant)).ToList());
}
