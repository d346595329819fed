using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Library;

/// <summary>
/// Carries out runs that an admin asked for, and asks for one itself: every night, and whenever an edit, or an upgrade
/// after which they would not pass any more, has taken routes off offer. A library that nobody has asked for yet is
/// left alone.
/// </summary>
internal sealed class BuildLibraryJob(IServiceScopeFactory scopes, LibraryBuilder builder, TimeProvider clock,
    ILogger<BuildLibraryJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromSeconds(2))
{
    private const int NightHour = 3;
    private bool _compared;

    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        if (!_compared) await builder.RetireOutgrownAsync(stopping);
        _compared = true;
        if (await builder.ContinueAsync(stopping)) return;

        var db = services.GetRequiredService<RoutesDb>();
        if (await db.LibraryRuns.AsNoTracking().OrderByDescending(run => run.Id)
            .FirstOrDefaultAsync(stopping) is not { FinishedAt: not null } last) return;

        var now = clock.GetUtcNow();
        var night = Geo.InShanghai(now).Hour == NightHour && now - last.AskedAt > TimeSpan.FromHours(2);
        if (!night && !await db.Routes.AnyAsync(route => !route.OnOffer, stopping)) return;
        db.Add(new LibraryRun { Id = Guid.CreateVersion7(now), Wanted = last.Wanted,
            MillisecondsEach = last.MillisecondsEach, AskedAt = now });
        await db.SaveChangesAsync(stopping);
    }
}
