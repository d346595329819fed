using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Complaints.Compensations;
using Jingdezhen.Tourism.Platform.Hosting;

namespace Jingdezhen.Tourism.Complaints.Clocks;

/// <summary>
/// Rings what has come due: warnings, breaches, and a merchant's silence. Replicas share the work by the cases' row
/// locks;
/// a clock remembers that it rang, so nothing is told twice.
/// </summary>
internal sealed class SweepClocks(ComplaintsDb db, CaseDesk cases, CompensationDesk compensations,
    ComplaintsGuards guards)
{
    private const int Batch = 100;

    public async Task<int> RunAsync(DateTimeOffset moment, CancellationToken cancellation)
    {
        var due = await db.CaseClocks.Where(clock => clock.AlarmAt <= moment).OrderBy(clock => clock.AlarmAt)
            .Select(clock => clock.CaseId).Take(Batch).ToListAsync(cancellation);
        foreach (var id in due.Distinct()) await RingAsync(id, moment, cancellation);

        return due.Count;
    }

    private async Task RingAsync(Guid id, DateTimeOffset moment, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (guards.RingOnce)
        {
            // Another replica that has the case is ringing it.
            var free = await db.Database.SqlQuery<Guid>(
                $"SELECT id AS \"Value\" FROM cases WHERE id = {id} FOR UPDATE SKIP LOCKED").ToListAsync(cancellation);
            if (free.Count == 0) return;
        }

        if (await cases.LockAsync(id, cancellation) is not { } found) return;

        var alarms = found.Ring(moment, once: guards.RingOnce);
        if (alarms.Any(alarm => alarm is { Clock: "merchant-answer", Breached: true, Kind: "fast" })
            && cases.Take(found, CaseStep.MerchantSilent, Actor.Rule) is null)
        {
            await compensations.DecideByRuleAsync(found, cancellation);
        }

        // Whether the claimant has it all the same only people find out: nothing is paid by rule.
        if (alarms.Any(alarm => alarm is { Clock: "promise", Breached: true }))
        {
            cases.Take(found, CaseStep.PromiseBroken, Actor.Rule);
        }

        await cases.SaveAsync(found, cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
    }
}

internal sealed class SweepClocksJob(IServiceScopeFactory scopes, ILogger<SweepClocksJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromSeconds(1))
{
    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var now = await services.GetRequiredService<ComplaintsDb>().NowAsync(stopping);
        while (await services.GetRequiredService<SweepClocks>().RunAsync(now, stopping) >= 100)
        {
        }
    }
}
