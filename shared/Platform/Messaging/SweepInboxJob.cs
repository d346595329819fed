using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// Forgets inbox marks and idempotency keys after fourteen days; no broker and no client repeats that late.
/// </summary>
internal sealed class SweepInboxJob(IServiceScopeFactory scopes, ILogger<SweepInboxJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromMinutes(10))
{
    private const int AtOnce = 10_000;

    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var database = services.GetRequiredService<DbContext>().Database;

        // Until nothing is left: at two hundred messages a second a run has a hundred thousand marks to forget.
        while (await database.ExecuteSqlAsync(
            $"""
            DELETE FROM inbox WHERE (message_id, consumer) IN (
                SELECT message_id, consumer FROM inbox WHERE handled_at < now() - interval '14 days'
                LIMIT {AtOnce} FOR UPDATE SKIP LOCKED)
            """, stopping) == AtOnce)
        {
        }

        while (await database.ExecuteSqlAsync(
            $"""
            DELETE FROM idempotency_keys WHERE (caller, key) IN (
                SELECT caller, key FROM idempotency_keys WHERE created_at < now() - interval '14 days'
                LIMIT {AtOnce} FOR UPDATE SKIP LOCKED)
            """, stopping) == AtOnce)
        {
        }
    }
}
