using System.ComponentModel.DataAnnotations;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Payments.Settlement;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Payments.Payouts;

public sealed record AskForPayoutRequest(
    [Required, StringLength(200)] string Key, [Required, StringLength(40)] string Purpose, Guid SubjectId, Guid PayeeId,
    long AmountFen, [Required] string Currency);

/// <param name="State">requested, settled or failed.</param>
public sealed record PayoutResponse(
    Guid Id, string Key, string Purpose, Guid SubjectId, Guid PayeeId, long AmountFen, string Currency, string State,
    DateTimeOffset? SettledAt, string? FailureReason);

internal static class PayoutEndpoints
{
    public static void MapPayouts(this IEndpointRouteBuilder routes)
    {
        var payouts = routes.MapGroup("/payouts").WithTags("Payouts").RequireAuthorization(Roles.Staff);
        payouts.MapPost("", AskAsync).RequireAuthorization(Roles.Admin).RequireIdempotencyKey()
            .WithName("askForPayout");
        payouts.MapGet("", ListAsync).WithName("listPayouts");
        payouts.MapGet("/{id:guid}", FindAsync).WithName("findPayout");
    }

    private static PayoutResponse Response(Payout payout) => new(
        payout.Id, payout.Key, payout.Purpose, payout.SubjectId, payout.PayeeId, payout.AmountFen, payout.Currency,
        payout.State.ToString().ToLowerInvariant(), payout.SettledAt, payout.FailureReason);

    private static async Task<Results<Created<PayoutResponse>, ProblemHttpResult>> AskAsync(
        AskForPayoutRequest request, AskForPayout ask, PaymentsDb db, CancellationToken cancellation)
    {
        var decision = await ask.Handle(
            new RequestPayout(
                request.Key, request.Purpose, request.SubjectId, request.PayeeId, request.AmountFen, request.Currency),
            cancellation);
        if (decision.IsRefused) return decision.Refusal.AsProblem();

        await db.SaveChangesAsync(cancellation);
        return TypedResults.Created($"/v1/payouts/{decision.Value.Id}", Response(decision.Value));
    }

    private static async Task<Results<Ok<List<PayoutResponse>>, ProblemHttpResult>> ListAsync(
        PaymentsDb db, CancellationToken cancellation, string? state = null, int limit = 50, Guid? after = null)
    {
        if (!StateFilter.TryRead<PayoutState>(state, out var wanted)) return StateFilter.Unknown<PayoutState>();

        var page = await db.Payouts.AsNoTracking().Where(payout => wanted == null || payout.State == wanted)
            .Where(payout => after == null || payout.Id > after)
            .OrderBy(payout => payout.Id).Take(Math.Clamp(limit, 1, 100)).ToListAsync(cancellation);
        return TypedResults.Ok(page.ConvertAll(Response));
    }

    private static async Task<Results<Ok<PayoutResponse>, NotFound>> FindAsync(
        Guid id, PaymentsDb db, CancellationToken cancellation) =>
        await db.Payouts.AsNoTracking().SingleOrDefaultAsync(payout => payout.Id == id, cancellation) is { } payout
            ? TypedResults.Ok(Response(payout))
            : TypedResults.NotFound();
}
