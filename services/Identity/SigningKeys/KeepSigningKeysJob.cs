using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Hosting;

namespace Jingdezhen.Tourism.Identity.SigningKeys;

/// <summary>Rotates the signing key when it is due, and learns what another replica rotated.</summary>
internal sealed class KeepSigningKeysJob(
    IServiceScopeFactory scopes, ILogger<KeepSigningKeysJob> logger, SigningKeyRing ring)
    : RecurringJob(scopes, logger, TimeSpan.FromSeconds(10))
{
    public override Task RunOnceAsync(IServiceProvider services, CancellationToken stopping) =>
        ring.KeepAsync(services.GetRequiredService<IdentityDb>(), rotateNow: false, stopping);
}
