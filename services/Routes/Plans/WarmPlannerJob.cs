using Jingdezhen.Tourism.Routes.Places;

namespace Jingdezhen.Tourism.Routes.Plans;

/// <summary>
/// Makes a few plans before the first visitor asks: the planner's loops are compiled in steps, and the first hundred
/// milliseconds would be spent on that.
/// </summary>
internal sealed class WarmPlannerJob(TripPlanner planner, TimeProvider clock, IHostEnvironment environment)
    : BackgroundService
{
    private const int Plans = 12;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (environment.IsEnvironment("Testing")) return;
        await Task.Yield();
        var tomorrow = DateOnly.FromDateTime(Geo.InShanghai(clock.GetUtcNow())).AddDays(1);
        for (var plan = 0; plan < Plans && !stoppingToken.IsCancellationRequested; plan++)
        {
            var wishes = new TripWishes([.. Enumerable.Range(0, 1 + (plan % 5))
                .Select(day => new DayWish(tomorrow.AddDays(day)))]);
            if (await planner.ReadAsync(wishes, stoppingToken) is ({ } trip, _))
                await planner.PlanAsync(trip, stoppingToken);
        }
    }
}
