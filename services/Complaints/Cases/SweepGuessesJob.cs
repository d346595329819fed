using Jingdezhen.Tourism.Platform.Hosting;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>A wrong guess is forgotten after a day: an address is personal.</summary>
internal sealed class SweepGuessesJob(IServiceScopeFactory scopes, ILogger<SweepGuessesJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromHours(1))
{
    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var db = services.GetRequiredService<ComplaintsDb>();
        var dayAgo = await db.NowAsync(stopping) - TimeSpan.FromDays(1);
        await db.StatusAttempts.Where(row => row.At < dayAgo).ExecuteDeleteAsync(stopping);
    }
}
