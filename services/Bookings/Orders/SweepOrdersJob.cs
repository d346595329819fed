using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Hosting;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <summary>
/// Moves orders whose time has come: no order waits for ever, whoever is silent. Each is one transaction;
/// several replicas share them out.
/// </summary>
internal sealed class SweepOrdersJob(IServiceScopeFactory scopes, ILogger<SweepOrdersJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromSeconds(1))
{
    private const int MostAtOnce = 500;
    private readonly IServiceScopeFactory _scopes = scopes;

    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        for (var swept = 0; swept < MostAtOnce && await SweepOneAsync(stopping); swept++)
        {
        }
    }

    private async Task<bool> SweepOneAsync(CancellationToken stopping)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BookingsDb>();
        var desk = scope.ServiceProvider.GetRequiredService<OrderDesk>();
        await using var transaction = await db.Database.BeginTransactionAsync(stopping);
        if (await desk.LockDueAsync(stopping) is not { } order) return false;

        var now = await db.NowAsync(stopping);
        order.Due(await desk.PlacesStandAsync(order, now, stopping), now);
        await desk.CarryOutAsync(order, now, stopping);
        await transaction.CommitAsync(stopping);
        return true;
    }
}
