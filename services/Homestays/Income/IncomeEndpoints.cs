using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Income;

internal static class IncomeEndpoints
{
    public static IServiceCollection AddIncome(this IServiceCollection services) =>
        services.AddHostedService<PayHouseholdsJob>();

    public static IEndpointRouteBuilder MapIncome(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/host/income", ReadStatement.Handle).RequireAuthorization(Roles.Host);
        v1.MapGet("/villages/{village}/income", ReadVillageIncome.Handle).AllowAnonymous();
        v1.MapGet("/admin/homestays/households/{householdId:guid}/income", ReadStatement.HandleForAdmin)
            .RequireAuthorization(Roles.Staff);
        v1.MapPost("/admin/homestays/agreements", AgreeOnSplit.Handle).RequireAuthorization(Roles.Admin)
            .RequireIdempotencyKey();
        v1.MapGet("/admin/homestays/agreements", AgreeOnSplit.List).RequireAuthorization(Roles.Staff);
        v1.MapPost("/admin/homestays/payouts/run", RunPayouts.Handle).RequireAuthorization(Roles.Admin);
        v1.MapPost("/admin/homestays/payouts/{payoutId:guid}/retry", RunPayouts.Retry)
            .RequireAuthorization(Roles.Admin);
        return v1;
    }
}

public sealed record IncomeLineResponse(
    Guid StayId, string Kind, DateOnly Day, int Nights, long GuestPaidFen, long HostShareFen, long PlatformFeeFen,
    long VillageFundFen, bool CollectedByHost, Guid? PayoutId);

public sealed record PayoutResponse(
    Guid Id, DateOnly Until, string State, long GrossFen, long RecourseFen, long PaidFen, DateTimeOffset? SettledAt,
    string? FailedBecause);

/// <summary>A household's year. Host share, fee and village share add up to what guests paid; so does every
/// line.</summary>
/// <param name="NetIncomeFen">The host share less recourse: what the paper's household income counts.</param>
/// <param name="WaitingFen">Earned and not yet part of a payout, less what the host took on the spot.</param>
public sealed record StatementResponse(
    Guid HouseholdId, string Household, int Year, int Stays, int Nights, long GuestPaidFen, long HostShareFen,
    long PlatformFeeFen, long VillageFundFen, long CollectedByHostFen, long RecourseFen, long NetIncomeFen,
    long PaidOutFen,
    long WaitingFen, string Currency, IReadOnlyList<IncomeLineResponse> Lines, IReadOnlyList<PayoutResponse> Payouts);

internal static class ReadStatement
{
    private const int MostLines = 5_000;

    public static async Task<Results<Ok<StatementResponse>, NotFound>> Handle(
        [Range(2020, 2100)] int year, ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        var merchant = user.MerchantId();
        return await db.Hosts.Where(h => h.Id == merchant).Select(h => (Guid?)h.HouseholdId)
            .SingleOrDefaultAsync(cancellation)
            is { } household ? await HandleForAdmin(household, year, db, cancellation) : TypedResults.NotFound();
    }

    public static async Task<Results<Ok<StatementResponse>, NotFound>> HandleForAdmin(
        Guid householdId, [Range(2020, 2100)] int year, HomestaysDb db, CancellationToken cancellation)
    {
        if (await db.Households.AsNoTracking().SingleOrDefaultAsync(h => h.Id == householdId,
            cancellation) is not { } household)
            return TypedResults.NotFound();

        var (from, to) = (new DateOnly(year, 1, 1), new DateOnly(year + 1, 1, 1));
        var lines = await (
            from e in db.IncomeEntries
            join paid in db.PayoutEntries on e.StayId equals paid.StayId into payments
            from paid in payments.DefaultIfEmpty()
            where e.HouseholdId == householdId && e.Day >= @from && e.Day < to
            orderby e.Day, e.StayId
            select new IncomeLineResponse(
                e.StayId, e.Kind, e.Day, e.Nights, e.KeptFen, e.HostFen, e.PlatformFen, e.VillageFen, e.CollectedByHost,
                (Guid?)paid.PayoutId)).Take(MostLines).ToListAsync(cancellation);
        var payouts = await db.Payouts.AsNoTracking()
            .Where(p => p.HouseholdId == householdId && p.Until >= @from && p.Until < to).OrderBy(p => p.Until)
            .Select(p => new PayoutResponse(
                p.Id, p.Until, p.State, p.GrossFen, p.RecourseFen, p.PaidFen, p.SettledAt, p.FailedBecause))
                    .ToListAsync(cancellation);
        var recourse = payouts.Sum(p => p.RecourseFen);
        return TypedResults.Ok(new StatementResponse(
            householdId, household.Name, year, lines.Count, lines.Sum(l => l.Nights), lines.Sum(l => l.GuestPaidFen),
            lines.Sum(l => l.HostShareFen), lines.Sum(l => l.PlatformFeeFen), lines.Sum(l => l.VillageFundFen),
            lines.Where(l => l.CollectedByHost).Sum(l => l.GuestPaidFen), recourse,
            lines.Sum(l => l.HostShareFen) - recourse,
            payouts.Where(p => p.State == "settled").Sum(p => p.PaidFen),
            lines.Where(l => l.PayoutId is null).Sum(l => l.HostShareFen - (l.CollectedByHost ? l.GuestPaidFen : 0)),
            "CNY", lines, payouts));
    }
}

/// <param name="ReachesResidentsFen">Host shares of houses that residents run, and the village fund.</param>
/// <param name="ReachesResidentsPercent">Of what guests paid, to two decimals; null while nothing was paid.</param>
public sealed record VillageIncomeResponse(
    string Village, int Year, int Stays, int Households, long GuestPaidFen, long ResidentHostShareFen,
    long OtherHostShareFen,
    long VillageFundFen, long PlatformFeeFen, long ReachesResidentsFen, decimal? ReachesResidentsPercent,
    string Currency);

internal static class ReadVillageIncome
{
    public static async Task<Results<Ok<VillageIncomeResponse>, NotFound>> Handle(
        string village, [Range(2020, 2100)] int year, HomestaysDb db, CancellationToken cancellation)
    {
        if (!await db.Listings.AnyAsync(l => l.Village == village, cancellation)) return TypedResults.NotFound();

        var (from, to) = (new DateOnly(year, 1, 1), new DateOnly(year + 1, 1, 1));
        var parts = await db.IncomeEntries.Where(e => e.Village == village && e.Day >= @from && e.Day < to)
            .GroupBy(e => e.ResidentRun)
            .Select(group => new
            {
                Resident = group.Key, Stays = group.Count(), Kept = group.Sum(e => e.KeptFen),
                Host = group.Sum(e => e.HostFen),
                Platform = group.Sum(e => e.PlatformFen), Fund = group.Sum(e => e.VillageFen),
            }).ToListAsync(cancellation);
        var households = await db.IncomeEntries.Where(e => e.Village == village && e.Day >= @from && e.Day < to)
            .Select(e => e.HouseholdId).Distinct().CountAsync(cancellation);
        var (paid, fund) = (parts.Sum(p => p.Kept), parts.Sum(p => p.Fund));
        var resident = parts.Where(p => p.Resident).Sum(p => p.Host);
        return TypedResults.Ok(new VillageIncomeResponse(
            village, year, parts.Sum(p => p.Stays), households, paid, resident, parts.Where(p => !p.Resident)
                .Sum(p => p.Host), fund,
            parts.Sum(p => p.Platform), resident + fund, paid == 0 ? null
                : Math.Round(100m * (resident + fund) / paid, 2), "CNY"));
    }
}

/// <param name="MerchantId">Null together with <paramref name="Village"/>: everybody's.</param>
public sealed record AgreeOnSplitRequest(
    Guid? MerchantId, [PlainText(60)] string? Village, [Required] DateOnly From,
    [Range(0, 10_000)] int PlatformBasisPoints,
    [Range(0, 10_000)] int VillageBasisPoints);

public sealed record AgreementResponse(
    Guid Id, Guid? MerchantId, string? Village, DateOnly From, int PlatformBasisPoints, int VillageBasisPoints);

internal static class AgreeOnSplit
{
    public static async Task<Results<Created<AgreementResponse>, ProblemHttpResult>> Handle(
        AgreeOnSplitRequest request, HomestaysDb db, TimeProvider clock, CancellationToken cancellation)
    {
        if (request.PlatformBasisPoints + request.VillageBasisPoints > 10_000)
            return Problems.Invalid("villageBasisPoints", "Platform and village together take at most 10000.");
        if (request.MerchantId is not null && request.Village is not null)
            return Problems.Invalid("village", "An agreement is a merchant's or a village's.");
        if (request.From < clock.Today())
            return Problems.Invalid("from", "What has been earned is not split again: today or later.");
        if (await db.Agreements.AnyAsync(
            a => a.MerchantId == request.MerchantId && a.Village == request.Village && a.From == request.From,
            cancellation))
            return new Refusal("already-agreed", $"There is an agreement from {request.From:O} on.").AsProblem();

        var agreement = new Agreement
        {
            Id = Guid.CreateVersion7(), MerchantId = request.MerchantId, Village = request.Village, From = request.From,
            PlatformBasisPoints = request.PlatformBasisPoints, VillageBasisPoints = request.VillageBasisPoints,
        };
        db.Add(agreement);
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Created("/v1/admin/homestays/agreements", Of(agreement));
    }

    /// <param name="after">The last agreement of the page before.</param>
    public static async Task<Results<Ok<List<AgreementResponse>>, ProblemHttpResult>> List(
        HomestaysDb db, CancellationToken cancellation, [Range(1, 100)] int limit = 100, Guid? after = null)
    {
        var agreements = db.Agreements.AsNoTracking();
        var last = await agreements.SingleOrDefaultAsync(a => a.Id == after, cancellation);
        if (after is not null && last is null) return Problems.Invalid("after", "No agreement has this id.");

        var (day, id) = (last?.From, last?.Id);
        return TypedResults.Ok((await agreements
            .Where(a => day == null || a.From < day || (a.From == day && a.Id > id))
            .OrderByDescending(a => a.From).ThenBy(a => a.Id).Take(limit).ToListAsync(cancellation)).ConvertAll(Of));
    }

    private static AgreementResponse Of(Agreement a) =>
        new(a.Id, a.MerchantId, a.Village, a.From, a.PlatformBasisPoints, a.VillageBasisPoints);
}

public sealed record RunPayoutsResponse(int Payouts);

internal static class RunPayouts
{
    public static async Task<Ok<RunPayoutsResponse>> Handle(
        HomestaysDb db, TimeProvider clock, CancellationToken cancellation, bool includeToday = false) =>
        TypedResults.Ok(new RunPayoutsResponse(
            await PayHouseholds.RunAsync(db, clock.Today().AddDays(includeToday ? 1 : 0), cancellation)));

    public static async Task<Results<Accepted, NotFound, ProblemHttpResult>> Retry(
        Guid payoutId, HomestaysDb db, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var payout = await db.Payouts.FromSql($"SELECT * FROM payouts WHERE id = {payoutId} FOR UPDATE")
            .SingleOrDefaultAsync(cancellation);
        if (payout is null) return TypedResults.NotFound();
        if (payout.State != "failed") return new Refusal("payout-not-failed", $"The payout is {payout.State}.")
            .AsProblem();

        payout.Attempts++;
        (payout.State, payout.Key) = ("requested", $"homestay-payout-{payout.Id}-{payout.Attempts}");
        db.Publish(new RequestPayout(payout.Key, "host", payout.Id, payout.MerchantId, payout.PaidFen, "CNY"));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Accepted($"/v1/admin/homestays/households/{payout.HouseholdId}/income");
    }
}
