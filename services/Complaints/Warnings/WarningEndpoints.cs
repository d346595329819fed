using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Complaints.Warnings;

/// <summary>More complaints than before: of a merchant, of a category, or of a merchant in a category.</summary>
/// <param name="MerchantId">Null where it is every merchant's.</param>
/// <param name="Category">Null where it is every category.</param>
/// <param name="Repeated">Filed after an earlier one of the same merchant and category had been decided: what went
/// wrong
/// was not mended.</param>
public sealed record WarningResponse(
    Guid? MerchantId, string? Category, int Complaints, int Before, int Repeated, string Level);

/// <summary>A period's summary by the rules of how figures count.</summary>
public sealed record CaseFiguresResponse(
    int Filed, int Counting, int Withdrawn, int Duplicates, int Closed, int BreachedCases, int ClocksMet,
        int ClocksBreached,
    int Compensations, long PaidFen, int Repeated);

internal static class WarningEndpoints
{
    public static void MapWarnings(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/cases").WithTags("Warnings").RequireAuthorization(Roles.Staff);
        group.MapGet("/warnings", ListAsync).WithName("findWarnings");
        group.MapGet("/figures", FindFiguresAsync).WithName("findCaseFigures");
    }

    /// <summary>The last days against the same number of days before: three and doubled is yellow, five repeated
    /// red.</summary>
    private static async Task<Ok<List<WarningResponse>>> ListAsync(
        ComplaintsDb db, TimeProvider clock, CancellationToken cancellation, [Range(7, 365)] int days = 90,
        [Range(1, 100)] int limit = 50)
    {
        var now = clock.GetUtcNow();
        var (since, before) = (now.AddDays(-days), now.AddDays(-2 * days));
        return TypedResults.Ok(await db.Database.SqlQuery<WarningResponse>(
            $"""
            WITH counted AS (
                SELECT merchant_id, category, filed_at, EXISTS (
                    SELECT FROM cases AS earlier WHERE earlier.merchant_id = cases.merchant_id
                        AND earlier.category = cases.category AND earlier.decided_at < cases.filed_at
                        AND earlier.decided_at >= cases.filed_at - interval '180 days') AS repeated
                FROM cases WHERE filed_at >= {before} AND state <> 'Withdrawn'
                    AND outcome IS DISTINCT FROM 'declined-duplicate'),
            sums AS (
                SELECT merchant_id, category, count(*) FILTER (WHERE filed_at >= {since})::int AS complaints,
                    count(*) FILTER (WHERE filed_at < {since})::int AS before,
                    count(*) FILTER (WHERE repeated AND filed_at >= {since})::int AS repeated
                FROM counted
                GROUP BY GROUPING SETS ((merchant_id, category), (merchant_id), (category))
                HAVING merchant_id IS NOT NULL OR grouping(merchant_id) = 1)
            SELECT merchant_id, category, complaints, before, repeated,
                CASE WHEN repeated >= 5 THEN 'red' ELSE 'yellow' END AS level
            FROM sums WHERE repeated >= 5 OR (complaints >= 3 AND complaints >= 2 * before)
            ORDER BY repeated DESC, complaints DESC, merchant_id NULLS FIRST, category NULLS FIRST
            LIMIT {limit}
            """).ToListAsync(cancellation));
    }

    private static async Task<Ok<CaseFiguresResponse>> FindFiguresAsync(
        DateOnly from, DateOnly to, ComplaintsDb db, CancellationToken cancellation, Guid? merchant = null,
        [StringLength(40)] string? category = null)
    {
        var (first, last) = (StartOf(from), StartOf(to));
        return TypedResults.Ok(await db.Database.SqlQuery<CaseFiguresResponse>(
            $"""
            WITH counted AS MATERIALIZED (
                SELECT id, merchant_id, category, filed_at, state, outcome, breached, clocks_met, clocks_breached
                FROM cases WHERE filed_at >= {first} AND filed_at < {last}
                    AND ({merchant}::uuid IS NULL OR merchant_id = {merchant})
                    AND ({category}::text IS NULL OR category = {category})),
            paid AS MATERIALIZED (
                SELECT amount_fen FROM compensations JOIN counted ON counted.id = case_id
                WHERE settled_at IS NOT NULL)
            SELECT count(*)::int AS filed,
                count(*) FILTER (WHERE state <> 'Withdrawn'
                    AND outcome IS DISTINCT FROM 'declined-duplicate')::int AS counting,
                count(*) FILTER (WHERE state = 'Withdrawn')::int AS withdrawn,
                count(*) FILTER (WHERE outcome = 'declined-duplicate')::int AS duplicates,
                count(*) FILTER (WHERE state = 'Closed')::int AS closed,
                count(*) FILTER (WHERE breached)::int AS breached_cases,
                coalesce(sum(clocks_met), 0)::int AS clocks_met,
                coalesce(sum(clocks_breached), 0)::int AS clocks_breached,
                (SELECT count(*)::int FROM paid) AS compensations,
                (SELECT coalesce(sum(amount_fen), 0)::bigint FROM paid) AS paid_fen,
                count(*) FILTER (WHERE EXISTS (
                    SELECT FROM cases AS earlier WHERE earlier.merchant_id = counted.merchant_id
                        AND earlier.category = counted.category AND earlier.decided_at < counted.filed_at
                        AND earlier.decided_at >= counted.filed_at - interval '180 days'))::int AS repeated
            FROM counted
            """).SingleAsync(cancellation));
    }

    // Days of Shanghai.
    private static DateTimeOffset StartOf(DateOnly day) =>
        new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(8)).ToUniversalTime();
}
