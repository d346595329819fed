using Jingdezhen.Tourism.Platform.Hosting;

namespace Jingdezhen.Tourism.Complaints.Recourses;

internal sealed class SuspendOverdueJob(IServiceScopeFactory scopes, ILogger<SuspendOverdueJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromSeconds(2))
{
    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var db = services.GetRequiredService<ComplaintsDb>();
        await services.GetRequiredService<RecourseDesk>().SuspendOverdueAsync(await db.NowAsync(stopping), stopping);
    }
}
