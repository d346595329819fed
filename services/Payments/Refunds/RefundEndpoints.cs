using System.ComponentModel.DataAnnotations;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Payments.Settlement;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Payments.Refunds;

public sealed record AskForRefundRequest(
    [Required, StringLength(200)] string Key, [Required, StringLength(200)] string PaymentKey,
    [Required, StringLength(40)] string Purpose, Guid SubjectId, long AmountFen, [Required] string Currency,
    [Required, StringLength(80)] string Reason);

/// <param name="State">requested, settled or failed.</param>
public sealed record RefundResponse(
    Guid Id, string Key, Guid PaymentId, string PaymentKey, long AmountFen, string Currency, string State,
    DateTimeOffset? SettledAt, string? FailureReason);

internal static class RefundEndpoints
{
    public static void MapRefunds(this IEndpointRouteBuilder routes)
    {
        var refunds = routes.MapGroup("/refunds").WithTags("Refunds").RequireAuthorization(Roles.Staff);
        refunds.MapPost("", AskAsync).RequireAuthorization(Roles.Admin).RequireIdempotencyKey()
            .WithName("askForRefund");
        refunds.MapGet("", ListAsync).WithName("listRefunds");
        refunds.MapGet("/{id:guid}", FindAsync).WithName("findRefund");
    }

    private static RefundResponse Response(Refund refund) => new(
        refund.Id, refund.Key, refund.PaymentId, refund.PaymentKey, refund.AmountFen, refund.Currency,
        refund.State.ToString().ToLowerInvariant(), refund.SettledAt, refund.FailureReason);

    private static async Task<Results<Created<RefundResponse>, ProblemHttpResult>> AskAsync(
        AskForRefundRequest request, AskForRefund ask, PaymentsDb db, CancellationToken cancellation)
    {
        var decision = await ask.Handle(
            new RequestRefund(
                request.Key, request.PaymentKey, request.Purpose, request.SubjectId, request.AmountFen,
                request.Currency,
                request.Reason), cancellation);
        if (decision.IsRefused) return decision.Refusal.AsProblem();

        await db.SaveChangesAsync(cancellation);
        return TypedResults.Created($"/v1/refunds/{decision.Value.Id}", Response(decision.Value));
    }

    private static async Task<Results<Ok<List<RefundResponse>>, ProblemHttpResult>> ListAsync(
        PaymentsDb db, CancellationToken cancellation, string? state = null, int limit = 50, Guid? after = null)
    {
        if (!StateFilter.TryRead<RefundState>(state, out var wanted)) return StateFilter.Unknown<RefundState>();

        var page = await db.Refunds.AsNoTracking().Where(refund => wanted == null || refund.State == wanted)
            .Where(refund => after == null || refund.Id > after)
            .OrderBy(refund => refund.Id).Take(Math.Clamp(limit, 1, 100)).ToListAsync(cancellation);
        return TypedResults.Ok(page.ConvertAll(Response));
    }

    private static async Task<Results<Ok<RefundResponse>, NotFound>> FindAsync(
        Guid id, PaymentsDb db, CancellationToken cancellation) =>
        await db.Refunds.AsNoTracking().SingleOrDefaultAsync(refund => refund.Id == id, cancellation) is { } refund
            ? TypedResults.Ok(Response(refund))
            : TypedResults.NotFound();
}
