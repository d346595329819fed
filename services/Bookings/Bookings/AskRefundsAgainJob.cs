using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <summary>
/// Money that is owed and could not be given back is asked for again, ever more seldom and at least once a day: a
/// provider's bad hour, or a closed card, does not make it the platform's. Several replicas share the rows out.
/// </summary>
internal sealed class AskRefundsAgainJob(IServiceScopeFactory scopes, ILogger<AskRefundsAgainJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromSeconds(1))
{
    private const int MostAtOnce = 100;

    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var db = services.GetRequiredService<BookingsDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(stopping);
        var failed = await db.BookingRefunds.FromSql(
            $"""
            SELECT * FROM booking_refunds WHERE ask_again_at <= now()
            ORDER BY ask_again_at LIMIT {MostAtOnce} FOR UPDATE SKIP LOCKED
            """).ToListAsync(stopping);
        if (failed.Count == 0) return;

        var now = await db.NowAsync(stopping);
        foreach (var refund in failed) db.AskAgain(refund, now);
        await db.SaveChangesAsync(stopping);
        await transaction.CommitAsync(stopping);
    }
}
