using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Text;
using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Refunds;
using Jingdezhen.Tourism.Payments.Settlement;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Ledger;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Payments.Reconciliations;

/// <param name="HeldFen">How much more money the provider holds than our books say.</param>
public sealed record DifferenceResponse(
    Guid Id, string Kind, string Of, string SubjectId, string Ours, string Theirs, long HeldFen,
    DateTimeOffset? ClosedAt,
    string? Explanation, Guid? EntryId);

public sealed record ReconciliationResponse(
    Guid Id, string Provider, DateOnly Day, int Lines, DateTimeOffset ComparedAt,
    IReadOnlyList<DifferenceResponse> Differences);

public sealed record CloseDifferenceRequest([Required, StringLength(200, MinimumLength = 3)] string Explanation);

internal static class ReconciliationEndpoints
{
    private static readonly TimeSpan ChinaOffset = TimeSpan.FromHours(8);

    public static void MapReconciliations(this IEndpointRouteBuilder routes)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var group = routes.MapGroup("/reconciliations").WithTags("Reconciliation").RequireAuthorization(Roles.Admin);
        group.MapPost("", ReconcileAsync).WithName("reconcileStatement").Accepts<string>("text/csv");
        group.MapGet("/{id:guid}", FindAsync).WithName("findReconciliation");
        group.MapPost("/{id:guid}/differences/{differenceId:guid}/close", CloseAsync).WithName("closeDifference");
    }

    private static DifferenceResponse Response(Difference row) => new(
        row.Id, row.Kind, row.Of, row.SubjectId, row.Ours, row.Theirs, row.HeldFen, row.ClosedAt, row.Explanation,
        row.EntryId);

    private static ReconciliationResponse Response(Reconciliation row) => new(
        row.Id, row.Provider, row.Day, row.Lines, row.ComparedAt,
        [.. row.Differences.OrderBy(difference => difference.Id).Select(Response)]);

    private static async Task<Results<Created<ReconciliationResponse>, ProblemHttpResult>> ReconcileAsync(
        string provider, DateOnly day, HttpRequest request, PaymentsDb db, TimeProvider clock,
        CancellationToken cancellation)
    {
        // Alipay writes GBK; whoever sends it on says so.
        using var reader = new StreamReader(
            request.Body, request.GetTypedHeaders().ContentType?.Encoding ?? Encoding.UTF8);
        var read = Statement.Read(await reader.ReadToEndAsync(cancellation));
        if (read.IsRefused) return read.Refusal.AsProblem(StatusCodes.Status400BadRequest);

        var ours = await OursAsync(db, provider, day, read.Value, cancellation);
        var reconciliation = new Reconciliation
        {
            Id = Guid.CreateVersion7(), Provider = provider, Day = day, Lines = read.Value.Count,
            ComparedAt = clock.GetUtcNow(),
            Differences = Statement.Compare(read.Value, ours, day),
        };
        db.Add(reconciliation);
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Created($"/v1/reconciliations/{reconciliation.Id}", Response(reconciliation));
    }

    private static async Task<Results<Ok<ReconciliationResponse>, NotFound>> FindAsync(
        Guid id, PaymentsDb db, CancellationToken cancellation) =>
        await db.Set<Reconciliation>().Include(row => row.Differences).AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == id, cancellation) is { } found
            ? TypedResults.Ok(Response(found))
            : TypedResults.NotFound();

    /// <summary>Closes by an entry against the suspense account: history is corrected by more history.</summary>
    private static async Task<Results<Ok<DifferenceResponse>, NotFound, ProblemHttpResult>> CloseAsync(
        Guid id, Guid differenceId, CloseDifferenceRequest request, ClaimsPrincipal user, PaymentsDb db,
        TimeProvider clock,
        CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var provider = await db.Set<Reconciliation>()
            .Where(row => row.Id == id && row.Differences.Any(one => one.Id == differenceId))
            .Select(row => row.Provider).SingleOrDefaultAsync(cancellation);
        if (provider is null) return TypedResults.NotFound();

        var difference = await db.Set<Difference>()
            .FromSql($"SELECT * FROM reconciliation_differences WHERE id = {differenceId} FOR UPDATE")
                .SingleAsync(cancellation);
        if (difference.ClosedAt is not null) return new Refusal(
            "difference-closed", $"Closed: {difference.Explanation}").AsProblem();

        Posted? posted = null;
        if (difference.HeldFen != 0)
        {
            posted = (await Ledger.PostAsync(db,
                [new($"reconciliation:{difference.Id}", $"{difference.Kind} of {difference.Of} {difference.SubjectId}",
                    [new(Accounts.Suspense(provider), -difference.HeldFen),
                        new(Accounts.Held(provider), difference.HeldFen)])],
                cancellation))[0];
            if (posted.Refusal is { } refusal) return refusal.AsProblem();
        }

        difference.Close(clock.GetUtcNow(), user.AccountId(), request.Explanation, posted?.EntryId);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(Response(difference));
    }

    private static async Task<List<Movement>> OursAsync(
        PaymentsDb db, string provider, DateOnly day, List<Movement> theirs, CancellationToken cancellation)
    {
        var from = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), ChinaOffset).ToUniversalTime();
        var to = from.AddDays(1);
        var named = theirs.Select(line => Guid.TryParse(line.Id, out var id) ? id : Guid.Empty).Distinct().ToArray();
        var payments = await db.Payments.AsNoTracking().Where(payment => payment.Provider == provider
            && ((payment.CapturedAt >= from && payment.CapturedAt < to) || named.Contains(payment.Id))).ToListAsync(
            cancellation);
        var refunds = await db.Refunds.AsNoTracking().Where(refund => refund.Provider == provider
            && ((refund.SettledAt >= from && refund.SettledAt < to) || named.Contains(refund.Id))).ToListAsync(
            cancellation);

        return
        [
            .. payments.Select(payment => new Movement(
                "payment", $"{payment.Id}", payment.ProviderReference ?? "", payment.AmountFen, payment.Currency,
                payment.State == PaymentState.Captured ? "done" : $"{payment.State}".ToLowerInvariant(),
                DayOf(payment.CapturedAt))),
            .. refunds.Select(refund => new Movement(
                "refund", $"{refund.Id}", refund.ProviderReference ?? "", refund.AmountFen, refund.Currency,
                refund.State == RefundState.Settled ? "done" : $"{refund.State}".ToLowerInvariant(),
                DayOf(refund.SettledAt))),
        ];

        static DateOnly DayOf(DateTimeOffset? moment) =>
            moment is null ? default : DateOnly.FromDateTime(moment.Value.ToOffset(ChinaOffset).DateTime);
    }
}
