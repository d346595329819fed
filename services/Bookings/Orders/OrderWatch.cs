using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <summary>
/// Wakes who waits for an order in this process as soon as a commit here moved it. What another process moved is
/// found by <see cref="WatchOrdersJob"/>, for all who wait at once.
/// </summary>
internal sealed class OrderWatch
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, List<Watcher>> _watched = [];

    /// <summary>Begins to watch; read the order after this, and nothing that happens then goes unseen.</summary>
    public Watcher Begin(Guid order)
    {
        var watcher = new Watcher(this, order);
        lock (_gate)
        {
            if (_watched.TryGetValue(order, out var others)) others.Add(watcher);
            else _watched[order] = [watcher];
        }

        return watcher;
    }

    /// <summary>Wakes those who no longer wait for what the order has become; the others need not read it
    /// again.</summary>
    public void Raise(Order order)
    {
        lock (_gate)
        {
            foreach (var watcher in _watched.GetValueOrDefault(order.Id) ?? [])
            {
                if (watcher.IsAwaited?.Invoke(order) == true) watcher.Seen = order.StepCount;
                else watcher.Wake();
            }
        }
    }

    /// <summary>Every order that is waited for.</summary>
    public Guid[] Watched
    {
        get
        {
            lock (_gate) return [.. _watched.Keys];
        }
    }

    /// <summary>Wakes those who have seen another number of steps.</summary>
    public void Raise(Guid order, int steps)
    {
        lock (_gate)
        {
            foreach (var watcher in _watched.GetValueOrDefault(order) ?? [])
            {
                if (watcher.Seen is { } seen && seen != steps) watcher.Wake();
            }
        }
    }

    private void End(Watcher watcher)
    {
        lock (_gate)
        {
            var others = _watched[watcher.Order];
            others.Remove(watcher);
            if (others.Count == 0) _watched.Remove(watcher.Order);
        }
    }

    internal sealed class Watcher(OrderWatch watch, Guid order) : IDisposable
    {
        private readonly SemaphoreSlim _woken = new(0, 1);

        public Guid Order => order;

        /// <summary>How many steps of the order its waiter knows; none before the first reading.</summary>
        public int? Seen { get; set; }

        /// <summary>Whether an order is still waited for; unknown before the first reading.</summary>
        public Func<Order, bool>? IsAwaited { get; set; }

        /// <summary>Until the order moved, or the time is up; says which.</summary>
        public Task<bool> NextAsync(TimeSpan limit, CancellationToken cancellation) =>
            _woken.WaitAsync(limit, cancellation);

        public void Wake()
        {
            if (_woken.CurrentCount == 0) _woken.Release();
        }

        public void Dispose()
        {
            watch.End(this);
            _woken.Dispose();
        }
    }
}

internal sealed class OrderWatchInterceptor(OrderWatch watch) : CommitInterceptor
{
    protected override void AfterCommit(DbContext db)
    {
        foreach (var order in db.ChangeTracker.Entries<Order>()) watch.Raise(order.Entity);
    }
}

/// <summary>
/// Sees what another process moved: one question for all who wait, however many they are. Each asking for itself kept
/// the database busy just when orders were slow.
/// </summary>
internal sealed class WatchOrdersJob(
    IServiceScopeFactory scopes, OrderWatch watch, NpgsqlDataSource database, ILogger<WatchOrdersJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromMilliseconds(200))
{
    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        if (watch.Watched is not { Length: > 0 } orders) return;

        await using var look = database.CreateCommand("SELECT id, step_count FROM orders WHERE id = ANY($1)");
        look.Parameters.Add(new() { Value = orders });
        await using var row = await look.ExecuteReaderAsync(stopping);
        while (await row.ReadAsync(stopping)) watch.Raise(row.GetGuid(0), row.GetInt32(1));
    }
}
