using System.Security.Cryptography;
using Jingdezhen.Tourism.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>What a caller without an account may know: how far the case is and what is due when.</summary>
public sealed record CaseStatusResponse(
    string Number, string State, string? Outcome, DateTimeOffset FiledAt, string Said, string? Paused,
    IReadOnlyList<ClockResponse> Clocks);

/// <summary>
/// The status page by number and phone. Wrong guesses are counted by number and by address in the database, so that no
/// replica gives a guesser another round; then right and wrong are answered alike until a while has passed.
/// </summary>
internal static class ShowStatus
{
    private const int GuessesForANumber = 5;
    private const int GuessesFromAnAddress = 20;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <param name="phone">In a header, because addresses are logged.</param>
    public static async Task<Results<Ok<CaseStatusResponse>, NotFound, ProblemHttpResult>> Handle(
        string number, [FromHeader(Name = "Case-Phone")] string phone, HttpContext http, ComplaintsDb db,
        PersonalDataVault vault, CancellationToken cancellation)
    {
        if (CaseNumbers.Read(number) is not { } read) return Problems.Invalid("number",
            "The check digit does not fit: read it again.");

        var subjects = new[] { $"number {read}", $"address {http.Connection.RemoteIpAddress}" };
        var since = await db.NowAsync(cancellation) - Window;
        var guesses = await db.StatusAttempts.Where(row => subjects.Contains(row.Subject) && row.At >= since)
            .GroupBy(row => row.Subject).Select(group => new { group.Key, Count = group.Count() })
                .ToListAsync(cancellation);
        if (guesses.Exists(row => row.Count >= (row.Key == subjects[0] ? GuessesForANumber : GuessesFromAnAddress)))
        {
            http.Response.Headers.RetryAfter = "900";
            return new Refusal("too-many-guesses", "Too many wrong answers: try again in a quarter of an hour.")
                .AsProblem(StatusCodes.Status429TooManyRequests);
        }

        var found = await db.Cases.AsNoTracking().Include(row => row.Clocks)
            .SingleOrDefaultAsync(row => row.Number == read, cancellation);
        if (found is null || !CryptographicOperations.FixedTimeEquals(found.PhoneHash, vault.GuestKey(phone)))
        {
            foreach (var subject in subjects)
            {
                db.Add(new StatusAttempt { Id = Guid.CreateVersion7(), Subject = subject, At = since + Window });
            }

            await db.SaveChangesAsync(cancellation);
            return TypedResults.NotFound();
        }

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
