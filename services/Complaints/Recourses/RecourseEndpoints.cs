using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Complaints.Operators;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Complaints.Recourses;

/// <param name="State">open, demanded, merchant-suspended, legal, repaid, written-off or not-liable.</param>
/// <param name="Proposed">What one person has said, and another has to confirm.</param>
/// <param name="ReturningFen">On its way back to a merchant that had repaid what its claimant now owes.</param>
public sealed record RecourseResponse(
    Guid Id, Guid CaseId, Guid MerchantId, long AmountFen, long RepaidFen, long LeftFen, string State,
    DateTimeOffset OpenedAt, DateTimeOffset? DueAt, DateTimeOffset? SettledAt, bool TakenFromPayouts, string? Proposed,
    long ReturningFen, long ReturnedFen);

/// <param name="PaymentKey">Ask Payments by this key how to pay.</param>
public sealed record RepaymentAskedResponse(string PaymentKey, long AmountFen);

public sealed record PayRecourseRequest([Required, StringLength(40)] string Method);

public sealed record RepaidRequest([Required, RegularExpression("^[a-z0-9-]{1,60}$")] string Reference,
    [Range(1, long.MaxValue)] long AmountFen);

/// <param name="RecoveryRate">Of what was paid and is owed back, how much has come back.</param>
/// <param name="MedianDaysToRecover">By nearest rank over debts repaid in whole.</param>
public sealed record RecoveryResponse(
    int Debts, long OwedFen, long RecoveredFen, long WrittenOffFen, double? RecoveryRate, int? MedianDaysToRecover,
    int SuspendedMerchants);

internal static class RecourseEndpoints
{
    public static void MapRecourses(this IEndpointRouteBuilder routes)
    {
        var staff = routes.MapGroup("/recourse").WithTags("Recourse");
        staff.MapGet("", ListAsync).RequireAuthorization(Roles.Staff).WithName("findRecourses");
        staff.MapGet("/figures", FindFiguresAsync).RequireAuthorization(Roles.Staff).WithName("findRecovery");
        staff.MapPost("/{id:guid}/offset", OffsetAsync).RequireAuthorization(Roles.Operator).WithName("offsetRecourse");
        staff.MapPost("/{id:guid}/legal", GoToLawAsync).RequireAuthorization(Roles.Operator)
            .WithName("takeRecourseToLaw");
        staff.MapPost("/{id:guid}/repaid", RecordAsync).RequireAuthorization(Roles.Operator)
            .WithName("recordRepayment");
        staff.MapPost("/{id:guid}/write-off", WriteOffAsync).RequireAuthorization(Roles.Operator)
            .WithName("writeOffRecourse");
        staff.MapPost("/{id:guid}/not-liable", ExcuseAsync).RequireAuthorization(Roles.Operator)
            .WithName("excuseRecourse");
        staff.MapPost("/{id:guid}/return", ReturnAsync).RequireAuthorization(Roles.Operator)
            .WithName("returnRepayment");
        staff.MapGet("/mine", ListMineAsync).RequireAuthorization(Roles.Seller).WithName("findMyRecourses");
        staff.MapPost("/{id:guid}/pay", PayAsync).RequireAuthorization(Roles.Seller).WithName("payRecourse");
    }

    private static async Task<Ok<List<RecourseResponse>>> ListAsync(
        ComplaintsDb db, CancellationToken cancellation, Guid? merchant = null, [Range(1, 100)] int limit = 50,
        Guid? after = null) =>
        TypedResults.Ok(await PageAsync(db, merchant, limit, after, cancellation));

    private static async Task<Results<Ok<List<RecourseResponse>>, ForbidHttpResult>> ListMineAsync(
        ClaimsPrincipal user, ComplaintsDb db, CancellationToken cancellation, [Range(1, 100)] int limit = 50,
        Guid? after = null) =>
        user.MerchantId() is { } merchant
            ? TypedResults.Ok(await PageAsync(db, merchant, limit, after, cancellation)) : TypedResults.Forbid();

    private static async Task<List<RecourseResponse>> PageAsync(
        ComplaintsDb db, Guid? merchant, int limit, Guid? after, CancellationToken cancellation) =>
        (await db.Recourses.AsNoTracking()
            .Where(row => (merchant == null || row.MerchantId == merchant) && (after == null || row.Id > after))
            .OrderBy(row => row.Id).Take(limit).ToListAsync(cancellation)).ConvertAll(Response);

    private static async Task<Ok<RecoveryResponse>> FindFiguresAsync(
        ComplaintsDb db, CancellationToken cancellation, Guid? merchant = null)
    {
        var seen = db.Recourses.Where(row => merchant == null || row.MerchantId == merchant);
        var sums = await seen.GroupBy(_ => 1).Select(all => new
        {
            Debts = all.Count(), Owed = all.Sum(row => row.AmountFen),
            Recovered = all.Sum(row => row.RepaidFen - row.ReturnedFen),
            WrittenOff = all.Sum(row => row.State == RecourseState.WrittenOff || row.State == RecourseState.NotLiable
                ? row.AmountFen - row.RepaidFen : 0),
        }).SingleOrDefaultAsync(cancellation);
        var median = await db.Database.SqlQuery<int?>(
            $"""
            SELECT ceil(extract(epoch FROM
                percentile_disc(0.5) WITHIN GROUP (ORDER BY settled_at - opened_at)) / 86400)::int
                AS "Value" FROM recourses
            WHERE state = 'Repaid' AND ({merchant}::uuid IS NULL OR merchant_id = {merchant})
            """).SingleAsync(cancellation);
        var suspended = await db.Standings.CountAsync(
            row => row.Suspended && (merchant == null || row.MerchantId == merchant), cancellation);
        return TypedResults.Ok(new RecoveryResponse(
            sums?.Debts ?? 0, sums?.Owed ?? 0, sums?.Recovered ?? 0, sums?.WrittenOff ?? 0,
            sums is { Owed: > 0 } ? (double)sums.Recovered / sums.Owed : null, median, suspended));
    }

    private static Task<Results<Ok<RecourseResponse>, NotFound, ProblemHttpResult>> OffsetAsync(
        Guid id, ClaimsPrincipal user, OperatorDesk desk, RecourseDesk recourses, ComplaintsDb db,
        CancellationToken cancellation) =>
        ChangeAsync(id, user, desk, recourses, db, async owed =>
        {
            if (await recourses.KindAsync(owed, cancellation) != "host")
            {
                return new Refusal("no-payouts", "Only hosts are paid by us: there is nothing to take it from.");
            }

            if (owed.Offset(recourses.Now) is { } refusal) return refusal;

            db.Publish(new RecourseDeducted(owed.Id, owed.MerchantId, owed.CaseId, owed.LeftFen));
            return null;
        }, cancellation);

    private static Task<Results<Ok<RecourseResponse>, NotFound, ProblemHttpResult>> GoToLawAsync(
        Guid id, ClaimsPrincipal user, OperatorDesk desk, RecourseDesk recourses, ComplaintsDb db,
        CancellationToken cancellation) =>
        ChangeAsync(id, user, desk, recourses, db, owed => Task.FromResult(owed.GoToLaw()), cancellation);

    private static Task<Results<Ok<RecourseResponse>, NotFound, ProblemHttpResult>> RecordAsync(
        Guid id, RepaidRequest request, ClaimsPrincipal user, OperatorDesk desk, RecourseDesk recourses,
            ComplaintsDb db,
        CancellationToken cancellation) =>
        ChangeAsync(id, user, desk, recourses, db, owed => recourses.RecordAsync(
            owed, request.Reference, request.AmountFen, user.AccountId(), cancellation), cancellation);

    private static Task<Results<Ok<RecourseResponse>, NotFound, ProblemHttpResult>> WriteOffAsync(
        Guid id, ClaimsPrincipal user, OperatorDesk desk, RecourseDesk recourses, ComplaintsDb db,
        CancellationToken cancellation) =>
        ChangeAsync(id, user, desk, recourses, db,
            owed => recourses.WriteOffAsync(owed, user.AccountId(), cancellation), cancellation);

    private static Task<Results<Ok<RecourseResponse>, NotFound, ProblemHttpResult>> ReturnAsync(
        Guid id, ClaimsPrincipal user, OperatorDesk desk, RecourseDesk recourses, ComplaintsDb db,
        CancellationToken cancellation) =>
        ChangeAsync(id, user, desk, recourses, db, owed => recourses.ReturnAsync(owed, cancellation), cancellation);

    private static Task<Results<Ok<RecourseResponse>, NotFound, ProblemHttpResult>> ExcuseAsync(
        Guid id, ClaimsPrincipal user, OperatorDesk desk, RecourseDesk recourses, ComplaintsDb db,
        CancellationToken cancellation) =>
        ChangeAsync(id, user, desk, recourses, db,
            owed => recourses.ExcuseAsync(owed, user.AccountId(), cancellation), cancellation);

    private static async Task<Results<Ok<RepaymentAskedResponse>, NotFound, ProblemHttpResult>> PayAsync(
        Guid id, PayRecourseRequest request, ClaimsPrincipal user, RecourseDesk recourses, ComplaintsDb db,
        CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (user.MerchantId() is not { } merchant
            || await recourses.LockAsync(id, cancellation,
                ownedBy: merchant) is not { } owed) return TypedResults.NotFound();
        if (owed.IsOver) return new Refusal("recourse-not-open", "Nothing is owed any more.").AsProblem();

        var key = RecourseDesk.PaymentKey(owed.Id, owed.RepaidFen);
        db.Publish(new RequestPayment(
            key, "recourse", owed.Id, user.AccountId(), owed.LeftFen, "CNY", request.Method,
                recourses.Now.AddHours(2)));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(new RepaymentAskedResponse(key, owed.LeftFen));
    }

    private static async Task<Results<Ok<RecourseResponse>, NotFound, ProblemHttpResult>> ChangeAsync(
        Guid id, ClaimsPrincipal user, OperatorDesk desk, RecourseDesk recourses, ComplaintsDb db,
        Func<Recourse, Task<Refusal?>> change, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await recourses.LockAsync(id, cancellation) is not { } owed) return TypedResults.NotFound();
        if (await desk.TiedAsync(user, owed.MerchantId, cancellation) is { } tied) return tied.AsProblem(
            StatusCodes.Status403Forbidden);
        if (await change(owed) is { } refusal) return refusal.AsProblem();

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(Response(owed));
    }

    private static RecourseResponse Response(Recourse row) => new(
        row.Id, row.CaseId, row.MerchantId, row.AmountFen, row.RepaidFen, row.LeftFen, row.State.Kebab(), row.OpenedAt,
        row.DueAt, row.SettledAt, row.OffsetAt is not null, row.Word.Proposed, row.ReturningFen,
        row.ReturnedFen);
}
