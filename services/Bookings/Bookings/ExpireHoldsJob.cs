using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Platform.Hosting;
using Npgsql;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <summary>
/// Releases holds that ran out, by the database's clock, each once however many replicas run this. Their places were
/// free from that moment on: whoever comes to the door first releases them there.
/// </summary>
internal sealed class ExpireHoldsJob(IServiceScopeFactory scopes, ILogger<ExpireHoldsJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromSeconds(1))
{
    private const int MostSlotsAtOnce = 200;

    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var database = services.GetRequiredService<NpgsqlDataSource>();
        var door = services.GetRequiredService<Admission>();
        while (!stopping.IsCancellationRequested)
        {
            await using var find = database.CreateCommand(
                $"""
                SELECT DISTINCT slot_id FROM bookings
                WHERE status = 'OnHold' AND expires_at <= now() LIMIT {MostSlotsAtOnce}
                """);
            var slots = new List<Guid>();
            await using (var reader = await find.ExecuteReaderAsync(stopping))
            {
                while (await reader.ReadAsync(stopping)) slots.Add(reader.GetGuid(0));
            }

            if (slots.Count == 0 || await door.ReleaseExpiredAsync(slots) == 0) return;
        }
    }
}
