using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Jingdezhen.Tourism.Platform.Ledger;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Complaints.Fund;

/// <summary>In fen. What was ever contributed and repaid, less what was paid, is what is there or on its way
/// out.</summary>
public sealed record FundResponse(
    long BalanceFen, long PayingOutFen, long PaidOutFen, long ContributedFen, long ReceivableFen, long RecoveredFen,
    long WrittenOffFen, bool Balanced);

public sealed record FundEntryResponse(
    long Sequence, Guid Id, string Key, string Memo, Guid? Corrects, DateTimeOffset PostedAt,
    IReadOnlyDictionary<string, long> Sides);

/// <param name="Key">The payer's own reference; the same key is counted once.</param>
public sealed record ContributionRequest(
    [Required, RegularExpression("^[a-z0-9-]{1,60}$")] string Key, [Range(1, 100_000_000_000_000)] long AmountFen,
    [Required, StringLength(200, MinimumLength = 1)] string Memo);

public sealed record ImportContributionsRequest(
    [Required, MinLength(1), MaxLength(50)] IReadOnlyList<ContributionRequest> Contributions);

public sealed record ImportedContributionsResponse(int Posted, int Known, long AmountFen);

public sealed record CorrectContributionRequest([Required, StringLength(200, MinimumLength = 1)] string Memo);

/// <summary>The fund as everyone may see it; only an admin brings money in, and nobody changes what stands.</summary>
internal static class FundEndpoints
{
    public static void MapFund(this IEndpointRouteBuilder routes)
    {
        var fund = routes.MapGroup("/fund").WithTags("Fund");
        fund.MapGet("", FindAsync).AllowAnonymous().WithName("findFund");
        fund.MapGet("/entries", ListEntriesAsync).AllowAnonymous().WithName("findFundEntries");
        fund.MapPost("/contributions", ImportAsync).RequireAuthorization(Roles.Admin).RequireIdempotencyKey()
            .WithName("importContributions");
        fund.MapPost("/entries/{id:guid}/correct", CorrectAsync).RequireAuthorization(Roles.Admin)
            .RequireIdempotencyKey()
            .WithName("correctContribution");
        routes.MapLedger("/fund", openProof: true);
    }

    internal static async Task<FundResponse> ReadAsync(ComplaintsDb db, CancellationToken cancellation)
    {
        var balances = await db.Set<LedgerAccount>().AsNoTracking()
            .GroupBy(account => account.Code.StartsWith("receivable") ? "receivable" : account.Code)
            .Select(group => new { group.Key, Fen = group.Sum(account => account.BalanceFen) })
            .ToDictionaryAsync(row => row.Key, row => row.Fen, cancellation);
        return new(
            Of("fund"), Of("paying-out"), Of("paid-out"), -Of("contributions"), Of("receivable"), Of("recovered"),
            Of("written-off"), balances.Values.Sum() == 0);

        long Of(string account) => balances.GetValueOrDefault(account);
    }

    private static async Task<Ok<FundResponse>> FindAsync(ComplaintsDb db, CancellationToken cancellation) =>
        TypedResults.Ok(await ReadAsync(db, cancellation));

    private static async Task<Ok<List<FundEntryResponse>>> ListEntriesAsync(
        ComplaintsDb db, CancellationToken cancellation, [Range(1, 100)] int limit = 50, long after = 0)
    {
        var entries = await db.Set<LedgerEntry>().AsNoTracking().Where(entry => entry.Sequence > after)
            .OrderBy(entry => entry.Sequence).Take(limit).ToListAsync(cancellation);
        var ids = entries.Select(entry => entry.Id).ToList();
        var sides = (await db.Set<LedgerPosting>().AsNoTracking().Where(side => ids.Contains(side.EntryId))
            .ToListAsync(cancellation)).ToLookup(side => side.EntryId);
        return TypedResults.Ok(entries.ConvertAll(entry => new FundEntryResponse(
            entry.Sequence, entry.Id, entry.Key, entry.Memo, entry.Corrects, entry.PostedAt,
            sides[entry.Id].ToDictionary(side => side.Account, side => side.AmountFen))));
    }

    private static async Task<Results<Created<ImportedContributionsResponse>, ProblemHttpResult>> ImportAsync(
        ImportContributionsRequest request, ComplaintsDb db, CancellationToken cancellation)
    {
        var posted = await Ledger.PostAsync(db,
            [.. request.Contributions.Select(each => FundBook.Contribute(each.Key, each.AmountFen, each.Memo))],
                cancellation);
        if (posted.FirstOrDefault(each => each.Refusal is not null) is { } refused) return refused.Refusal!.AsProblem();

        var fresh = posted.Zip(request.Contributions).Where(each => each.First.Fresh).ToList();
        return TypedResults.Created("/v1/fund", new ImportedContributionsResponse(
            fresh.Count, posted.Count - fresh.Count, fresh.Sum(each => each.Second.AmountFen)));
    }

    // A mistake stays where it is and is taken back by an entry of its own; never more than the fund still has.
    private static async Task<Results<Created, NotFound, ProblemHttpResult>> CorrectAsync(
        Guid id, CorrectContributionRequest request, ComplaintsDb db, CancellationToken cancellation)
    {
        var entry = await db.Set<LedgerEntry>().AsNoTracking().SingleOrDefaultAsync(
            row => row.Id == id && row.Key.StartsWith("contribution:"), cancellation);
        if (entry is null) return TypedResults.NotFound();

        var amount = await db.Set<LedgerPosting>().Where(side => side.EntryId == id && side.AmountFen > 0)
            .SumAsync(side => side.AmountFen, cancellation);
        var transfer = new Transfer(
            string.Create(CultureInfo.InvariantCulture, $"correction:{id}"), request.Memo,
            [new(FundBook.Fund, -amount), new(FundBook.Contributions, amount)], Corrects: id);
        var posted = await Ledger.PostAsync(db, [transfer], cancellation);
        return posted[0].Refusal is { } refusal
            ? refusal.AsProblem() : TypedResults.Created($"/v1/fund/entries?after={entry.Sequence}");
    }
}
