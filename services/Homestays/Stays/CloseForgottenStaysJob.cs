using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>
/// Every hour: a sold stay whose end nobody noted counts as lived through, two days after its departure. Until then its
/// host may say otherwise; after a host who forgot, the guest's money would wait for ever.
/// </summary>
internal sealed class CloseForgottenStaysJob(IServiceScopeFactory scopes, ILogger<CloseForgottenStaysJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromHours(1))
{
    private const int MostAtOnce = 100;

    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var db = services.GetRequiredService<HomestaysDb>();
        var today = services.GetRequiredService<TimeProvider>().Today();
        while (await CloseAsync(db, today, stopping) == MostAtOnce) db.ChangeTracker.Clear();
    }

    private static async Task<int> CloseAsync(HomestaysDb db, DateOnly today, CancellationToken stopping)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(stopping);
        var latest = today.AddDays(-Stay.DaysToNote);
        var forgotten = await db.Stays.FromSql(
            $"""
            SELECT *, xmin FROM stays
            WHERE state IN ({Stay.Confirmed}, {Stay.CheckedIn}) AND departure <= {latest}
            ORDER BY id LIMIT {MostAtOnce} FOR UPDATE SKIP LOCKED
            """).ToListAsync(stopping);
        var now = await db.NowAsync(stopping);
        foreach (var stay in forgotten)
        {
            stay.CountAsLived(today, now);
            await db.TellCheckedOutAsync(stay, refundFen: 0, today, stopping);
        }

        await db.SaveChangesAsync(stopping);
        await transaction.CommitAsync(stopping);
        return forgotten.Count;
    }
}
