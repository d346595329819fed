using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Hosting;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <summary>Keeps the days ahead filled: a new day becomes bookable within the hour.</summary>
internal sealed class GenerateSlotsJob(IServiceScopeFactory scopes, ILogger<GenerateSlotsJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromHours(1))
{
    public override Task RunOnceAsync(IServiceProvider services, CancellationToken stopping) =>
        SlotGenerator.GenerateAsync(services.GetRequiredService<BookingsDb>(), stopping);
}
