using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Text;
using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Providers;
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
/// <param name="BookedFen">What its entries have moved so far; closing moves the rest.</param>
public sealed record DifferenceResponse(
    Guid Id, string Kind, string Of, string SubjectId, string Ours, string Theirs, long HeldFen,
    DateTimeOffset? ClosedAt,
    string? Explanation, Guid? EntryId, long BookedFen = 0);

/// <param name="Open">How many of its differences nobody has closed.</param>
public sealed record ReconciliationSummaryResponse(
    Guid Id, string Provider, DateOnly Day, int Lines, DateTimeOffset ComparedAt, int Differences, int Open);

public sealed record ReconciliationResponse(
    Guid Id, string Provider, DateOnly Day, int Lines, DateTimeOffset ComparedAt,
    IReadOnlyList<DifferenceResponse> Differences);

public sealed record CloseDifferenceRequest([Required, StringLength(200, MinimumLength = 3)] string Explanation);

internal static class ReconciliationEndpoints
{
    public static void MapReconciliations(this IEndpointRouteBuilder routes)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var group = routes.MapGroup("/reconciliations").WithTags("Reconciliation").RequireAuthorization(Roles.Admin);
        group.MapPost("", ReconcileAsync).WithName("reconcileStatement").Accepts<string>("text/csv");
        group.MapGet("", ListAsync).WithName("listReconciliations");
        group.MapGet("/{id:guid}", FindAsync).WithName("findReconciliation");
        group.MapPost("/{id:guid}/differences/{differenceId:guid}/close", CloseAsync).WithName("closeDifference");
    }

    private static DifferenceResponse Response(Difference row) => new(
        row.Id, row.Kind, row.Of, row.SubjectId, row.Ours, row.Theirs, row.HeldFen, row.ClosedAt, row.Explanation,
        row.EntryId, row.BookedFen);

    private static ReconciliationResponse Response(Reconciliation row) => new(
        row.Id, row.Provider, row.Day, row.Lines, row.ComparedAt,
        [.. row.Differences.OrderBy(difference => difference.Id).Select(Response)]);

    private static async Task<Results<Ok<ReconciliationResponse>, Created<ReconciliationResponse>, ProblemHttpResult>>
        ReconcileAsync(
        string provider, DateOnly day, HttpRequest request, PaymentsDb db, ProviderRegistry providers, KeyLock keys,
        TimeProvider clock, CancellationToken cancellation)
    {
        // One that is no longer configured still has its books.
        if (!providers.Knows(provider)
            && !await db.Payments.AnyAsync(payment => payment.Provider == provider, cancellation))
        {
            return new Refusal("unknown-provider", $"Nobody here takes payments through {provider}.")
                .AsProblem(StatusCodes.Status400BadRequest);
        }

        // Alipay writes GBK; whoever sends it on says so.
        using var reader = new StreamReader(
            request.Body, request.GetTypedHeaders().ContentType?.Encoding ?? Encoding.UTF8);
        var read = Statement.Read(await reader.ReadToEndAsync(cancellation));
        if (read.IsRefused) return read.Refusal.AsProblem(StatusCodes.Status400BadRequest);

        // The differences are read after the lock is had: whoever closes one holds the same row.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await keys.TakeAsync("reconciliation", $"{provider} {day:yyyy-MM-dd}", cancellation);
        var known = await db.Set<Reconciliation>()
            .FromSql($"SELECT * FROM reconciliations WHERE provider = {provider} AND day = {day} FOR UPDATE")
            .SingleOrDefaultAsync(cancellation);
        if (known is not null) await db.Entry(known).Collection(row => row.Differences).LoadAsync(cancellation);

        var reconciliation = known ?? db.Add(new Reconciliation
        {
            Id = Guid.CreateVersion7(), Provider = provider, Day = day,
        }).Entity;
        var ours = await OursAsync(db, provider, day, read.Value, cancellation);
        reconciliation.Compare(read.Value.Count, Statement.Compare(read.Value, ours, day), clock.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return known is null
            ? TypedResults.Created($"/v1/reconciliations/{reconciliation.Id}", Response(reconciliation))
            : TypedResults.Ok(Response(reconciliation));
    }

    private static async Task<Ok<List<ReconciliationSummaryResponse>>> ListAsync(
        PaymentsDb db, CancellationToken cancellation, string? provider = null, DateOnly? day = null,
        bool open = false, int limit = 50, Guid? after = null) =>
        TypedResults.Ok(await db.Set<Reconciliation>()
            .Where(row => provider == null || row.Provider == provider)
            .Where(row => day == null || row.Day == day)
            .Where(row => !open || row.Differences.Any(difference => difference.ClosedAt == null))
            .Where(row => after == null || row.Id > after)
            .OrderBy(row => row.Id).Take(Math.Clamp(limit, 1, 100))
            .Select(row => new ReconciliationSummaryResponse(
                row.Id, row.Provider, row.Day, row.Lines, row.ComparedAt, row.Differences.Count,
                row.Differences.Count(difference => difference.ClosedAt == null)))
            .ToListAsync(cancellation));

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
        var reconciliation = await db.Set<Reconciliation>()
            .FromSql($"SELECT * FROM reconciliations WHERE id = {id} FOR UPDATE").SingleOrDefaultAsync(cancellation);
        if (reconciliation is null) return TypedResults.NotFound();

        var difference = await db.Entry(reconciliation).Collection(row => row.Differences).Query()
            .SingleOrDefaultAsync(row => row.Id == differenceId, cancellation);
        if (difference is null) return TypedResults.NotFound();
        if (difference.ClosedAt is not null) return new Refusal(
            "difference-closed", $"Closed: {difference.Explanation}").AsProblem();

        var (provider, day, fen) = (
            reconciliation.Provider, reconciliation.Day, difference.HeldFen - difference.BookedFen);
        Posted? posted = null;
        if (fen != 0)
        {
            var about = $"{difference.Kind}:{difference.Of}:{difference.SubjectId}";
            posted = (await Ledger.PostAsync(db,
                [new($"reconciliation:{provider}:{day:yyyy-MM-dd}:{about}:{difference.Closings + 1}",
                    $"{difference.Kind} of {difference.Of} {difference.SubjectId}",
                    [new(Accounts.Suspense(provider), -fen), new(Accounts.Held(provider), fen)])],
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
        var (from, to) = (BusinessDay.Start(day), BusinessDay.Start(day.AddDays(1)));
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
            moment is null ? default : BusinessDay.Of(moment.Value);
    }
}
