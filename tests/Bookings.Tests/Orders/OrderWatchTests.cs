using System.Diagnostics;
using Jingdezhen.Tourism.Bookings.Orders;

namespace Jingdezhen.Tourism.Bookings.Tests.Orders;

public sealed class OrderWatchTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private readonly OrderWatch _watch = new();
    private readonly Order _order = Cart();

    [Fact]
    public async Task Everyone_who_waits_for_the_order_is_woken()
    {
        using var one = _watch.Begin(_order.Id);
        using var other = _watch.Begin(_order.Id);
        var began = Stopwatch.GetTimestamp();
        var waiting = Task.WhenAll(one.NextAsync(Long, default), other.NextAsync(Long, default));

        _watch.Raise(_order);
        await waiting;

        Assert.True(Stopwatch.GetElapsedTime(began) < Long);
    }

    [Fact]
    public async Task What_moved_before_the_wait_began_is_not_missed()
    {
        using var watcher = _watch.Begin(_order.Id);
        var began = Stopwatch.GetTimestamp();

        _watch.Raise(_order);
        _watch.Raise(_order);
        await watcher.NextAsync(Long, default);

        Assert.True(Stopwatch.GetElapsedTime(began) < Long);
    }

    [Fact]
    public void Another_order_wakes_nobody_and_who_left_is_forgotten()
    {
        using var watcher = _watch.Begin(_order.Id);
        _watch.Begin(_order.Id).Dispose();

        _watch.Raise(Cart());

        Assert.False(watcher.NextAsync(Long, default).IsCompleted);
    }

    [Fact]
    public void Who_still_waits_for_what_the_order_became_is_not_woken_to_read_it()
    {
        using var patient = _watch.Begin(_order.Id);
        using var done = _watch.Begin(_order.Id);
        (patient.IsAwaited, done.IsAwaited) = (_ => true, _ => false);

        _watch.Raise(_order);

        Assert.Equal(_order.StepCount, patient.Seen);
        Assert.False(patient.NextAsync(Long, default).IsCompleted);
        Assert.True(done.NextAsync(Long, default).IsCompleted);
    }

    [Fact]
    public void What_another_process_moved_wakes_those_who_have_not_seen_it()
    {
        using var late = _watch.Begin(_order.Id);
        using var current = _watch.Begin(_order.Id);
        using var reading = _watch.Begin(_order.Id);
        (late.Seen, current.Seen) = (3, 4);

        _watch.Raise(_order.Id, steps: 4);

        Assert.Equal([_order.Id], _watch.Watched);
        Assert.True(late.NextAsync(Long, default).IsCompleted);
        Assert.False(current.NextAsync(Long, default).IsCompleted);
        Assert.False(reading.NextAsync(Long, default).IsCompleted);
    }

    private static Order Cart() => Order.OpenCart(
        Guid.CreateVersion7(), DateTimeOffset.UnixEpoch, OrderTimes.Usual, DateTimeOffset.UnixEpoch);
}
