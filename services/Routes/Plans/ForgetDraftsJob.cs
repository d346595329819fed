using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Plans;

/// <summary>Plans that nobody saved within a day are forgotten.</summary>
internal sealed class ForgetDraftsJob(IServiceScopeFactory scopes, TimeProvider clock, ILogger<ForgetDraftsJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromHours(1))
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    public override Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var before = clock.GetUtcNow() - Kept;
        return services.GetRequiredService<RoutesDb>().Drafts.Where(draft => draft.MadeAt < before)
            .ExecuteDeleteAsync(stopping);
    }
}
