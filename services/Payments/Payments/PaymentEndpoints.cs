using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Text.Json;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Payments.Settlement;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Payments.Payments;

/// <param name="CaptureLater">Whether the money is only authorised until <c>/capture</c>.</param>
public sealed record AskForPaymentRequest(
    [Required, StringLength(200)] string Key, [Required, StringLength(40)] string Purpose, Guid SubjectId,
    Guid? AccountId,
    long AmountFen, [Required] string Currency, [Required] string Method, DateTimeOffset ExpiresAt,
    bool CaptureLater = false);

/// <param name="OpenId">The payer's openid in the app that shows the payment (WeChat JSAPI).</param>
public sealed record NamePayerRequest([Required, StringLength(128, MinimumLength = 1)] string OpenId);

/// <param name="State">requested, pending, authorised, captured, declined, cancelled or expired.</param>
/// <param name="PayWith">What the app needs to let the payer pay, by method: <c>approve</c> (sandbox), <c>codeUrl</c>
/// (wechat-native), the parameters of <c>wx.requestPayment</c> (wechat-jsapi), <c>url</c> (alipay-page) or
/// <c>orderString</c> (alipay-app); absent until the provider has answered and after the end.</param>
public sealed record PaymentResponse(
    Guid Id, string Key, string Purpose, Guid SubjectId, long AmountFen, string Currency, string Method, string State,
    DateTimeOffset ExpiresAt, DateTimeOffset? CapturedAt, bool Late, long RefundedFen, string? FailureReason,
    JsonElement? PayWith);

internal static class PaymentEndpoints
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WaitStep = TimeSpan.FromMilliseconds(100);

    public static void MapPayments(this IEndpointRouteBuilder routes)
    {
        var payments = routes.MapGroup("/payments").WithTags("Payments");
        payments.MapPost("", AskAsync).RequireAuthorization(Roles.Admin).RequireIdempotencyKey()
            .WithName("askForPayment");
        payments.MapGet("", ListAsync).RequireAuthorization(Roles.Staff).WithName("listPayments");
        payments.MapGet("/{id:guid}", FindAsync).WithName("findPayment");
        payments.MapGet("/by-key/{key}", FindByKeyAsync).WithName("findPaymentByKey");
        payments.MapPost("/{id:guid}/payer", NamePayerAsync).WithName("namePayer");
        payments.MapPost("/{id:guid}/cancel", CancelAsync).WithName("cancelPayment");
        payments.MapPost("/{id:guid}/capture", CaptureAsync).RequireAuthorization(Roles.Admin)
            .WithName("capturePayment");
    }

    public static PaymentResponse Response(Payment payment) => new(
        payment.Id, payment.Key, payment.Purpose, payment.SubjectId, payment.AmountFen, payment.Currency,
        payment.Method,
        payment.State.ToString().ToLowerInvariant(), payment.ExpiresAt, payment.CapturedAt, payment.Late,
        payment.RefundedFen,
        payment.FailureReason,
        payment.PayWith is null ? null : JsonSerializer.Deserialize<JsonElement>(payment.PayWith));

    private static async Task<Results<Created<PaymentResponse>, ProblemHttpResult>> AskAsync(
        AskForPaymentRequest request, AskForPayment ask, PaymentsDb db, CancellationToken cancellation)
    {
        var decision = await ask.Handle(
            new RequestPayment(
                request.Key, request.Purpose, request.SubjectId, request.AccountId, request.AmountFen, request.Currency,
                request.Method, request.ExpiresAt),
            request.CaptureLater, cancellation);
        if (decision.IsRefused) return decision.Refusal.AsProblem();

        await db.SaveChangesAsync(cancellation);
        return TypedResults.Created($"/v1/payments/{decision.Value.Id}", Response(decision.Value));
    }

    private static async Task<Results<Ok<List<PaymentResponse>>, ProblemHttpResult>> ListAsync(
        PaymentsDb db, CancellationToken cancellation, string? state = null, int limit = 50, Guid? after = null)
    {
        if (!StateFilter.TryRead<PaymentState>(state, out var wanted)) return StateFilter.Unknown<PaymentState>();

        var page = await db.Payments.AsNoTracking().Where(payment => wanted == null || payment.State == wanted)
            .Where(payment => after == null || payment.Id > after)
            .OrderBy(payment => payment.Id).Take(Math.Clamp(limit, 1, 100)).ToListAsync(cancellation);
        return TypedResults.Ok(page.ConvertAll(Response));
    }

    private static async Task<Results<Ok<PaymentResponse>, NotFound>> FindAsync(
        Guid id, ClaimsPrincipal user, PaymentsDb db, CancellationToken cancellation) =>
        await Seen(db, user).AsNoTracking()
            .SingleOrDefaultAsync(payment => payment.Id == id, cancellation) is { } payment
            ? TypedResults.Ok(Response(payment))
            : TypedResults.NotFound();

    /// <summary>For who asked by message and knows only its key; <c>wait</c> seconds until the app can go on.</summary>
    private static async Task<Results<Ok<PaymentResponse>, NotFound>> FindByKeyAsync(
        string key, ClaimsPrincipal user, PaymentsDb db, TimeProvider clock, CancellationToken cancellation,
        int wait = 0)
    {
        var limit = TimeSpan.FromSeconds(Math.Clamp(wait, 0, LongestWait.TotalSeconds));
        var started = clock.GetTimestamp();
        while (true)
        {
            var payment = await Seen(db, user).AsNoTracking().SingleOrDefaultAsync(row => row.Key == key, cancellation);
            if (payment is { State: not PaymentState.Requested } || clock.GetElapsedTime(started) >= limit)
            {
                return payment is null ? TypedResults.NotFound() : TypedResults.Ok(Response(payment));
            }

            await Task.Delay(WaitStep, cancellation);
            limit -= WaitStep;
        }
    }

    private static Task<Results<Ok<PaymentResponse>, NotFound, ProblemHttpResult>> NamePayerAsync(
        Guid id, NamePayerRequest request, ClaimsPrincipal user, PaymentsDb db, TimeProvider clock,
        CancellationToken cancellation) =>
        ChangeAsync(id, user, db, payment =>
        {
            if (payment.State != PaymentState.Requested) return new(
                "payment-not-open", "The payment has begun already.");
            payment.NamePayer(request.OpenId, clock.GetUtcNow());
            return null;
        }, cancellation);

    private static Task<Results<Ok<PaymentResponse>, NotFound, ProblemHttpResult>> CancelAsync(
        Guid id, ClaimsPrincipal user, PaymentsDb db, TimeProvider clock, CancellationToken cancellation) =>
        ChangeAsync(id, user, db, payment =>
        {
            if (payment.State == PaymentState.Captured) return new(
                "already-captured", "The money is here: ask for a refund.");
            if (!payment.HasEnded) payment.AskForCancel(clock.GetUtcNow());
            return null;
        }, cancellation);

    private static Task<Results<Ok<PaymentResponse>, NotFound, ProblemHttpResult>> CaptureAsync(
        Guid id, ClaimsPrincipal user, PaymentsDb db, TimeProvider clock, CancellationToken cancellation) =>
        ChangeAsync(id, user, db, payment =>
        {
            if (payment.State == PaymentState.Captured) return null;
            if (payment.State != PaymentState.Authorised) return new(
                "not-authorised", "Only an authorised payment is captured.");
            payment.AskForCapture(clock.GetUtcNow());
            return null;
        }, cancellation);

    private static async Task<Results<Ok<PaymentResponse>, NotFound, ProblemHttpResult>> ChangeAsync(
        Guid id, ClaimsPrincipal user, PaymentsDb db, Func<Payment, Refusal?> change,
        CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.LockPaymentsAsync([id], cancellation);
        var payment = await Seen(db, user).SingleOrDefaultAsync(row => row.Id == id, cancellation);
        if (payment is null) return TypedResults.NotFound();
        if (change(payment) is { } refusal) return refusal.AsProblem();

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(Response(payment));
    }

    private static IQueryable<Payment> Seen(PaymentsDb db, ClaimsPrincipal user)
    {
        if (user.IsInRole(Roles.Admin) || user.IsInRole(Roles.Operator)) return db.Payments;

        var account = user.AccountId();
        return db.Payments.Where(payment => payment.AccountId == account);
    }
}
