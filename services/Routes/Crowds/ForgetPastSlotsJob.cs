using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Crowds;

/// <summary>Slots and visits of past days serve no plan; without this the copies would grow for ever.</summary>
internal sealed class ForgetPastSlotsJob(IServiceScopeFactory scopes, TimeProvider clock,
    ILogger<ForgetPastSlotsJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromHours(1))
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(3);

    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var db = services.GetRequiredService<RoutesDb>();
        var before = clock.GetUtcNow() - Kept;
        await db.Slots.Where(slot => slot.EndsAt < before).ExecuteDeleteAsync(stopping);
        await db.HoursOfVisits.Where(hour => hour.Hour < before).ExecuteDeleteAsync(stopping);
    }
}
