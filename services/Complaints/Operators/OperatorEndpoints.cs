using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Complaints.Operators;

public sealed record TieOperatorRequest(
    Guid OperatorId, Guid MerchantId, [Required, StringLength(300, MinimumLength = 1)] string Because);

internal static class OperatorEndpoints
{
    public static void MapOperators(this IEndpointRouteBuilder routes)
    {
        var ties = routes.MapGroup("/cases/operator-ties").WithTags("Operators").RequireAuthorization(Roles.Admin);
        ties.MapPut("", TieAsync).WithName("tieOperator");
        ties.MapDelete("/{operatorId:guid}/{merchantId:guid}", UntieAsync).WithName("untieOperator");
        ties.MapGet("", ListAsync).WithName("findOperatorTies");
    }

    private static async Task<NoContent> TieAsync(
        TieOperatorRequest request, ComplaintsDb db, CancellationToken cancellation)
    {
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO operator_ties (operator_id, merchant_id, because)
            VALUES ({request.OperatorId}, {request.MerchantId}, {request.Because})
            ON CONFLICT (operator_id, merchant_id) DO UPDATE SET because = excluded.because
            """, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> UntieAsync(
        Guid operatorId, Guid merchantId, ComplaintsDb db, CancellationToken cancellation)
    {
        await db.OperatorTies.Where(tie => tie.OperatorId == operatorId && tie.MerchantId == merchantId)
            .ExecuteDeleteAsync(cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<List<TieOperatorRequest>>> ListAsync(
        ComplaintsDb db, CancellationToken cancellation, [Range(1, 100)] int limit = 50, Guid? after = null) =>
        TypedResults.Ok(await db.OperatorTies.AsNoTracking().Where(tie => after == null || tie.OperatorId > after)
            .OrderBy(tie => tie.OperatorId).ThenBy(tie => tie.MerchantId).Take(limit)
            .Select(tie => new TieOperatorRequest(tie.OperatorId, tie.MerchantId, tie.Because))
                .ToListAsync(cancellation));
}
