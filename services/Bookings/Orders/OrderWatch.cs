using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <summary>
/// Wakes who waits for an order in this process as soon as a commit here moved it. A hint: what another process
/// moved is found by the waiter's poll.
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

    public void Raise(Guid order)
    {
        lock (_gate)
        {
            foreach (var watcher in _watched.GetValueOrDefault(order) ?? []) watcher.Wake();
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
        foreach (var order in db.ChangeTracker.Entries<Order>()) watch.Raise(order.Entity.Id);
    }
}
