using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Identity.SignIns;

/// <summary>
/// Forgets tokens and authorizations that have run out. A spent refresh token is kept as long as it could have lived:
/// only a remembered one can be recognised when a thief shows it.
/// </summary>
internal sealed class PruneTokensJob(IServiceScopeFactory scopes, ILogger<PruneTokensJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromMinutes(10))
{
    private const int Batch = 10_000;

    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var db = services.GetRequiredService<IdentityDb>().Database;
        await db.ExecuteSqlAsync(
            $"""
            DELETE FROM oauth_tokens WHERE id IN (
                SELECT id FROM oauth_tokens WHERE expiration_date < now() LIMIT {Batch} FOR UPDATE SKIP LOCKED)
            """, stopping);
        await db.ExecuteSqlAsync(
            $"""
            DELETE FROM oauth_authorizations WHERE id IN (
                SELECT a.id FROM oauth_authorizations a
                WHERE a.creation_date < now() - interval '1 day'
                    AND NOT EXISTS (SELECT 1 FROM oauth_tokens t WHERE t.authorization_id = a.id)
                LIMIT {Batch} FOR UPDATE SKIP LOCKED)
            """, stopping);
    }
}
