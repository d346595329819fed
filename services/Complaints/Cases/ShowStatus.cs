using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>What a caller without an account may know: how far the case is and what is due when.</summary>
public sealed record CaseStatusResponse(
    string Number, string State, string? Outcome, DateTimeOffset FiledAt, string Said, string? Paused,
    IReadOnlyList<ClockResponse> Clocks);

/// <summary>The status page by number and phone, guarded against guessing.</summary>
internal static class ShowStatus
{
    /// <param name="phone">In a header, because addresses are logged.</param>
    public static async Task<Results<Ok<CaseStatusResponse>, NotFound, ProblemHttpResult>> Handle(
        string number, [FromHeader(Name = "Case-Phone")] string phone, ComplaintsDb db, GuessGuard guard,
        CancellationToken cancellation)
    {
        if (CaseNumbers.Read(number) is not { } read) return Problems.Invalid("number",
            "The check digit does not fit: read it again.");

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var (found, refusal) = await guard.OpenAsync(read, phone, cancellation);
        await transaction.CommitAsync(cancellation);
        if (refusal is not null) return refusal.AsProblem(StatusCodes.Status429TooManyRequests);
        if (found is null) return TypedResults.NotFound();

        var last = found.State switch
        {
            CaseState.Submitted => "file", CaseState.Acknowledged => "acknowledge", CaseState.Accepted => "accept",
            CaseState.AwaitingMerchant => "ask-merchant", CaseState.Investigating => "merchant-answers",
            CaseState.Mediating => "mediate", CaseState.Agreed => "agree", CaseState.Terminated => "terminate",
            CaseState.Closed => "close", CaseState.Reopened => "reopen", CaseState.Declined => "decline",
            CaseState.Transferred => "transfer", _ => "withdraw",
        };
        return TypedResults.Ok(new CaseStatusResponse(
            found.Number, found.State.Kebab(), found.Outcome, found.FiledAt, CaseTemplates.Said(last)!,
                found.PausedBecause,
            CaseResponse.Of(found).Clocks));
    }
}
