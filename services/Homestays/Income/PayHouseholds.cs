using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Income;

/// <summary>
/// Pays each household what its stays have earned and nobody has paid yet, in one sum: the host's shares, less what the
/// host took on the spot, less recourse. A sum that is not positive waits for better days.
/// </summary>
internal static class PayHouseholds
{
    private sealed record Due(Guid StayId, long HostFen, long CollectedFen);

    /// <summary>One household a transaction; the key of a payout entry keeps two runs from paying a stay
    /// twice.</summary>
    public static async Task<int> RunAsync(HomestaysDb db, DateOnly until, CancellationToken cancellation)
    {
        var waiting = await db.IncomeEntries
            .Where(e => e.Day < until && !db.PayoutEntries.Any(p => p.StayId == e.StayId))
            .Select(e => new { e.MerchantId, e.HouseholdId }).Distinct().OrderBy(e => e.MerchantId).Take(5_000)
                .ToListAsync(cancellation);
        var made = 0;
        foreach (var household in waiting)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            if (await PayAsync(db, household.MerchantId, household.HouseholdId, until, cancellation)) made++;
            await transaction.CommitAsync(cancellation);
            db.ChangeTracker.Clear();
        }

        return made;
    }

    private static async Task<bool> PayAsync(
        HomestaysDb db, Guid merchantId, Guid householdId, DateOnly until, CancellationToken cancellation)
    {
        // Recourse belongs to the merchant: two runs for one must not both deduct it.
        await db.Database.ExecuteSqlAsync(
            $"SELECT pg_advisory_xact_lock(hashtextextended({merchantId.ToString()}, 5))", cancellation);
        var due = await db.IncomeEntries
            .Where(e => e.MerchantId == merchantId && e.HouseholdId == householdId && e.Day < until
                && !db.PayoutEntries.Any(p => p.StayId == e.StayId))
            .Select(e => new Due(e.StayId, e.HostFen, e.CollectedByHost ? e.KeptFen : 0)).ToListAsync(cancellation);
        var gross = due.Sum(entry => entry.HostFen - entry.CollectedFen);
        if (due.Count == 0 || gross < 0) return false;

        var payout = Guid.CreateVersion7();
        var deductions = await DeductAsync(db, payout, merchantId, gross, cancellation);
        var recourse = deductions.Sum(deduction => deduction.AmountFen);
        var paid = gross - recourse;
        var now = await Stays.LockedStay.NowAsync(db, cancellation);
        db.Add(new Payout
        {
            Id = payout, MerchantId = merchantId, HouseholdId = householdId, Until = until, GrossFen = gross,
            RecourseFen = recourse,
            PaidFen = paid, State = paid > 0 ? "requested" : "settled", Key = $"homestay-payout-{payout}",
            RequestedAt = now,
            SettledAt = paid > 0 ? null : now,
        });
        db.AddRange(due.Select(entry => new PayoutEntry { StayId = entry.StayId, PayoutId = payout }));
        db.AddRange(deductions);
        if (paid > 0) db.Publish(new RequestPayout($"homestay-payout-{payout}", "host", payout, merchantId, paid,
            "CNY"));
        else db.Publish(new HostPaid(payout, merchantId, householdId, gross, recourse, 0));
        await db.SaveChangesAsync(cancellation);
        return true;
    }

    /// <summary>The oldest debt first, never more than is there.</summary>
    private static async Task<List<PayoutRecourse>> DeductAsync(
        HomestaysDb db, Guid payoutId, Guid merchantId, long gross, CancellationToken cancellation)
    {
        var debts = await db.Recourses.Where(r => r.MerchantId == merchantId)
            .Select(r => new
            {
                r.Id, r.RaisedAt,
                LeftFen = r.AmountFen - db.PayoutRecourses.Where(d => d.RecourseId == r.Id).Sum(d => d.AmountFen),
            })
            .Where(r => r.LeftFen > 0).OrderBy(r => r.RaisedAt).ToListAsync(cancellation);
        var deductions = new List<PayoutRecourse>();
        foreach (var debt in debts)
        {
            var amount = Math.Min(debt.LeftFen, gross);
            if (amount == 0) break;
            deductions.Add(new() { PayoutId = payoutId, RecourseId = debt.Id, AmountFen = amount });
            gross -= amount;
        }

        return deductions;
    }
}

/// <summary>Every hour: what was earned until yesterday is paid out.</summary>
internal sealed class PayHouseholdsJob(IServiceScopeFactory scopes, ILogger<PayHouseholdsJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromHours(1))
{
    public override Task RunOnceAsync(IServiceProvider services, CancellationToken stopping) => PayHouseholds.RunAsync(
        services.GetRequiredService<HomestaysDb>(), services.GetRequiredService<TimeProvider>().Today(), stopping);
}

/// <summary>The bank has paid: the household is told.</summary>
internal sealed class SettlePayoutConsumer(HomestaysDb db) : IConsumer<PayoutSettled>
{
    public async Task Consume(ConsumeContext<PayoutSettled> context)
    {
        var settled = context.Message;
        if (settled.Purpose != "host") return;

        var payout = await db.Payouts.SingleOrDefaultAsync(p => p.Key == settled.Key, context.CancellationToken);
        if (payout is null or { State: "settled" }) return;

        (payout.State, payout.SettledAt, payout.FailedBecause) = ("settled", settled.SettledAt.ToUniversalTime(), null);
        db.Publish(new HostPaid(
            payout.Id, payout.MerchantId, payout.HouseholdId, payout.GrossFen, payout.RecourseFen, payout.PaidFen));
        await db.SaveChangesAsync(context.CancellationToken);
    }
}

/// <summary>The bank has refused: an admin looks at it and asks again.</summary>
internal sealed class NoteFailedPayoutConsumer(HomestaysDb db) : IConsumer<PayoutFailed>
{
    public async Task Consume(ConsumeContext<PayoutFailed> context)
    {
        var failed = context.Message;
        if (failed.Purpose != "host") return;

        await db.Payouts.Where(p => p.Key == failed.Key && p.State == "requested").ExecuteUpdateAsync(
            set => set.SetProperty(p => p.State, "failed").SetProperty(p => p.FailedBecause, failed.Reason),
            context.CancellationToken);
    }
}

/// <summary>A merchant owes the compensation fund; the same debt told twice is one debt.</summary>
internal sealed class OweRecourseConsumer(HomestaysDb db) : IConsumer<RecourseDeducted>
{
    public Task Consume(ConsumeContext<RecourseDeducted> context)
    {
        var debt = context.Message;
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO recourses (id, merchant_id, case_id, amount_fen, raised_at)
            VALUES ({debt.RecourseId}, {debt.MerchantId}, {debt.CaseId}, {debt.AmountFen},
                    {context.WhenOccurred().ToUniversalTime()})
            ON CONFLICT DO NOTHING
            """, context.CancellationToken);
    }
}
