using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using System.Security.Claims;
using Jingdezhen.Tourism.Complaints.Operators;
using Jingdezhen.Tourism.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>Reading cases: one's own, a merchant's, the operators' queues, and the search.</summary>
internal static class FindCases
{
    private const int Newest = 500;

    private static readonly Expression<Func<Case, CaseLineResponse>> AsLine = row => new(
        row.Id, row.Number, row.State.Kebab(), row.Category, row.Facts, row.ClaimedFen, row.MerchantId, row.AssigneeId,
        row.FiledAt, row.NextDueAt, row.Breached, row.Escalation);

    public static async Task<Results<Ok<CaseResponse>, NotFound>> One(
        Guid id, ClaimsPrincipal user, ComplaintsDb db, OperatorDesk operators, CancellationToken cancellation) =>
        await db.Cases.AsNoTracking().Include(row => row.Clocks)
            .Where(operators.Readable(user))
            .SingleOrDefaultAsync(row => row.Id == id, cancellation) is { } found
            ? TypedResults.Ok(CaseResponse.Of(found)) : TypedResults.NotFound();

    public static async Task<Results<Ok<StaffCaseResponse>, NotFound>> OneForStaff(
        Guid id, ClaimsPrincipal user, ComplaintsDb db, OperatorDesk operators, PersonalDataVault vault,
        CancellationToken cancellation)
    {
        var found = await db.Cases.AsNoTracking().Include(row => row.Clocks)
            .Where(operators.Readable(user))
            .SingleOrDefaultAsync(row => row.Id == id, cancellation);
        if (found is null) return TypedResults.NotFound();

        return TypedResults.Ok(new StaffCaseResponse(
            CaseResponse.Of(found), found.SealedContact is null ? null : vault.Decrypt(found.SealedContact),
                found.Flags,
            found.AssigneeId, found.Escalation, found.Complex, found.Finding is not { } it ? null : new(
                it.TouristAtFault, it.FactsClear, it.EvidenceSuffices, it.LiabilityClear, it.Liable, it.Fraud,
                    it.MerchantCannotPay)));
    }

    /// <summary>A tourist's own cases, a merchant's those against it, newest first.</summary>
    public static async Task<Ok<List<CaseLineResponse>>> Mine(
        ClaimsPrincipal user, ComplaintsDb db, OperatorDesk operators, CancellationToken cancellation,
        [Range(1, 100)] int limit = 50, Guid? after = null) =>
        TypedResults.Ok(await db.Cases.AsNoTracking().Where(operators.Readable(user))
            .Where(row => after == null || row.Id < after).OrderByDescending(row => row.Id).Take(limit)
            .Select(AsLine).ToListAsync(cancellation));

    /// <summary>
    /// A queue's page, what is due first in front and what stands still last; the next one begins after the last line's
    /// due time, where it has one, and id. What was paid twice stays in its queue when the case is closed.
    /// </summary>
    public static async Task<Results<Ok<List<CaseLineResponse>>, ProblemHttpResult>> Queue(
        string name, ClaimsPrincipal user, CaseLines lines, TimeProvider clock, CancellationToken cancellation,
        [Range(1, 100)] int limit = 50, DateTimeOffset? afterDue = null, Guid? after = null)
    {
        var queue = name switch
        {
            "mine" => $"assignee_id = $1 AND {CaseMapping.Open}",
            "unassigned" => $"assignee_id IS NULL AND {CaseMapping.Open}",
            "due-soon" => $"queue_at <= $5 AND {CaseMapping.Open}",
            "breached" => $"breached AND {CaseMapping.Open}",
            "paid-twice" => "overpaid_fen > 0",
            _ => null,
        };
        if (queue is null) return Problems.Invalid("name", "One of mine, unassigned, due-soon, breached, paid-twice.");

        // The least and the greatest value are the database's infinities: where a page begins, and what stands still.
        var due = after is null ? DateTimeOffset.MinValue : afterDue?.ToUniversalTime() ?? DateTimeOffset.MaxValue;
        return TypedResults.Ok(await lines.ReadAsync(
            user, "cases", $"{queue} AND (queue_at, id) > ($3, $4)", "queue_at, id", limit, cancellation,
            due, after ?? Guid.Empty, clock.GetUtcNow().AddHours(4)));
    }

    /// <summary>By words of the facts and the remedy sought, Chinese and English; all must be there; newest
    /// first.</summary>
    public static async Task<Results<Ok<List<CaseLineResponse>>, ProblemHttpResult>> Search(
        [StringLength(200, MinimumLength = 1)] string text, ClaimsPrincipal user, CaseLines lines,
        CancellationToken cancellation, [Range(1, 100)] int limit = 20, bool onlyOpen = false,
        DateTimeOffset? before = null)
    {
        if (CaseNumbers.Read(text) is { } number)
        {
            return TypedResults.Ok(
                await lines.ReadAsync(user, "cases", "number = $3", "id", limit, cancellation, number));
        }

        var terms = SearchTerms.Asked(text);
        if (terms.Count == 0) return Problems.Invalid("text", "At least two Chinese characters or one word.");

        // What is common is among the newest; what is not, the index of terms finds fast. The planner could not tell
        // them apart: neighbouring pairs come together, and it takes them for independent.
        var until = before?.ToUniversalTime() ?? DateTimeOffset.MaxValue;
        var newest = await PageAsync(
            $"(SELECT * FROM cases WHERE filed_at < $4 ORDER BY filed_at DESC LIMIT {Newest})");
        return TypedResults.Ok(newest.Count == limit
            ? newest : await PageAsync("(SELECT * FROM cases WHERE terms @> $3 AND filed_at < $4 OFFSET 0)"));

        Task<List<CaseLineResponse>> PageAsync(string among) => lines.ReadAsync(
            user, among, onlyOpen ? $"terms @> $3 AND {CaseMapping.Open}" : "terms @> $3", "filed_at DESC", limit,
            cancellation, terms, until);
    }

    /// <summary>Who did what when: everything for operators and admins, to the others what is theirs to know.</summary>
    public static async Task<Results<Ok<HistoryResponse>, NotFound>> History(
        Guid id, ClaimsPrincipal user, ComplaintsDb db, OperatorDesk operators, CancellationToken cancellation,
            [Range(1, 1000)] int limit = 1000)
    {
        var found = await db.Cases.AsNoTracking().Where(operators.Readable(user))
            .SingleOrDefaultAsync(row => row.Id == id, cancellation);
        if (found is null) return TypedResults.NotFound();

        var staff = user.IsInRole(Roles.Operator) || user.IsInRole(Roles.Admin);
        var claimant = found.ClaimantAccountId is { } account && account == user.AccountId();
        var merchant = found.MerchantId is { } asked && asked == user.MerchantId();
        var lines = await db.CaseEvents.AsNoTracking().Where(line => line.CaseId == id).OrderBy(line => line.Number)
            .ToListAsync(cancellation);
        var texts = await db.CaseTexts.AsNoTracking().Where(text => text.CaseId == id)
            .ToDictionaryAsync(text => text.Number, text => text.Text, cancellation);
        return TypedResults.Ok(new HistoryResponse(
            CaseEvent.IsIntact(lines, found.HistoryLength, found.HistoryHead),
            [.. lines.Where(line => staff || line.Audience == CaseEvent.Parties
                    || (claimant && line.Audience == CaseEvent.Claimant)
                    || (merchant && line.Audience == CaseEvent.Merchant))
                .Take(limit).Select(line => new HistoryLineResponse(
                    line.Number, line.At, line.Actor, line.What, line.Detail, texts.GetValueOrDefault(line.Number),
                    Convert.ToHexStringLower(line.Hash)))]));
    }
}
