using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>Runs the rebuilds that were asked for, one at a time, in whichever replica comes first.</summary>
internal sealed class RunRebuildsJob(IServiceScopeFactory scopes, ILogger<RunRebuildsJob> logger, TimeProvider clock)
    : RecurringJob(scopes, logger, TimeSpan.FromSeconds(1))
{
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(30);

    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var db = services.GetRequiredService<MetricsDb>();
        if (await TakeAsync(db, stopping) is not { } rebuild) return;

        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        var found = await new Recount(db, services.GetRequiredService<IServiceScopeFactory>())
            .RepairAsync(stopping);
        rebuild.Finish(found.Facts, found.Compared, found.Count, [.. found.Where.Take(100)], clock.GetUtcNow());
        await db.SaveChangesAsync(stopping);
    }

    /// <summary>A run whose process died is taken up again: it changes nothing before it is done.</summary>
    private async Task<Rebuild?> TakeAsync(MetricsDb db, CancellationToken stopping)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(stopping);
        var now = clock.GetUtcNow();
        var rebuild = await db.Rebuilds.FromSql(
            $"""
            SELECT * FROM rebuilds WHERE finished_at IS NULL AND (started_at IS NULL OR started_at < {now - Abandoned})
            ORDER BY requested_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """).SingleOrDefaultAsync(stopping);
        if (rebuild is null) return null;

        rebuild.Start(now);
        await db.SaveChangesAsync(stopping);
        await transaction.CommitAsync(stopping);
        return rebuild;
    }
}
