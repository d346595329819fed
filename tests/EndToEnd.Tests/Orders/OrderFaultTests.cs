using System.Diagnostics;
using System.Globalization;
using Jingdezhen.Tourism.Testing;
using Xunit.Abstractions;

namespace Jingdezhen.Tourism.EndToEnd.Tests.Orders;

/// <summary>
/// Whole trips while everything dies: every process that takes part is killed with -9, the broker restarted,
/// messages come twice and out of order, the provider late. <c>JDZ_SEED</c> repeats a run.
/// </summary>
public sealed class OrderFaultTests(ITestOutputHelper output)
{
    private static readonly Plan Small = new(Orders: 36, Kills: 3, BrokerKills: 0, Customers: 6);

    // With the long ones: four services start, die and start again, which takes minutes beside other tests.
    [Fact, Trait("Category", "Long")]
    public async Task Every_order_ends_whole_or_not_at_all_though_processes_die()
    {
        var audit = await RunAsync(new(Orders: 12, Kills: 2, BrokerKills: 0, Customers: 6));

        Assert.True(audit.Faults.Count == 0, audit.ToString());
        Assert.Equal(12, audit.Kept);
        Assert.Equal(audit.CapturedFen, audit.ConfirmedFen + audit.RefundedFen);
        Assert.True(audit.Orders.GetValueOrDefault("Confirmed") > 0, audit.ToString());
    }

    [Fact, Trait("Category", "Long")]
    public Task Of_500_orders_with_100_kills_and_two_broker_restarts_every_one_ends_whole_or_not_at_all() =>
        EveryOneEndsWholeOrNotAtAll(new(Orders: 500, Kills: 100, BrokerKills: 2, Customers: 12, WalkAway: true));

    /// <summary>The same in a quarter of the time, for when one cannot wait.</summary>
    [Fact, Trait("Category", "Long")]
    public Task Of_120_orders_with_24_kills_and_a_broker_restart_every_one_ends_whole_or_not_at_all() =>
        EveryOneEndsWholeOrNotAtAll(new(Orders: 120, Kills: 24, BrokerKills: 1, Customers: 12, WalkAway: true));

    /// <summary>The inbox knows a copy by its id, the order by its own state: either is enough.</summary>
    [Theory, Trait("Category", "Long"), InlineData("Inbox"), InlineData("OrderState")]
    public Task With_one_of_the_two_guards_off_the_other_one_is_enough(string off) =>
        EveryOneEndsWholeOrNotAtAll(Small with { GuardsOff = off });

    /// <summary>The control: with both guards off the same run must lose money, or the audit sees nothing.</summary>
    [Fact, Trait("Category", "Long")]
    public async Task With_idempotency_off_the_same_run_is_found_out()
    {
        var audit = await RunAsync(Small with { GuardsOff = "Inbox,OrderState" });

        Assert.Contains(audit.Faults, fault => fault.Contains("Confirmed", StringComparison.Ordinal));
        // The copy of a capture was taken for a second payment, and what the order stands on was given back.
        Assert.True(audit.CapturedFen < audit.ConfirmedFen + audit.RefundedFen, audit.ToString());
    }

    private async Task EveryOneEndsWholeOrNotAtAll(Plan plan)
    {
        var audit = await RunAsync(plan);

        Assert.True(audit.Faults.Count == 0, audit.ToString());
        Assert.Equal(plan.Orders, audit.Kept);
        Assert.Equal(audit.CapturedFen, audit.ConfirmedFen + audit.RefundedFen);
    }

    private sealed record Plan(
        int Orders, int Kills, int BrokerKills, int Customers, bool WalkAway = false, string GuardsOff = "");

    private async Task<TripAudit> RunAsync(Plan plan)
    {
        var seed =
            int.TryParse(Environment.GetEnvironmentVariable("JDZ_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given : Random.Shared.Next();
        Say($"seed {seed}: {plan}");
        var started = Stopwatch.GetTimestamp();
        await using var cluster = await TripCluster.StartAsync(
            plan.GuardsOff.Split(',', StringSplitOptions.RemoveEmptyEntries), days: 1 + Math.Max(4, plan.Orders / 20),
            slotsADay: 6, capacity: 12, rooms: Math.Max(8, plan.Orders / 2));
        var health = await Task.WhenAll(Enumerable.Range(0, TripCluster.Count).Select(cluster.HealthAsync));
        Assert.All(health, said => Assert.Equal(
            plan.GuardsOff.Length > 0, said.Contains("money and places may be lost", StringComparison.Ordinal)));
        await using var postman = new DoublingPostman(cluster.Broker.Address, new Random(seed));
        await postman.StartAsync();

        var (next, done) = (-1, 0);

        // Customers come in step with the kills, so that somebody is always in the middle of a trip when one strikes.
        using var turns = new SemaphoreSlim(plan.Customers);
        var customers = Enumerable.Range(0, plan.Customers).Select(async _ =>
        {
            for (var number = Interlocked.Increment(ref next); number < plan.Orders; number =
                Interlocked.Increment(ref next))
            {
                await turns.WaitAsync();
                using var customer = new Customer(cluster, number, seed, plan.WalkAway);
                await customer.TravelAsync();
                Interlocked.Increment(ref done);
            }
        }).ToList();
        var reaper =
            ReapAsync(
                cluster, postman, plan, turns, new Random(seed), () => (double)Volatile.Read(ref done) / plan.Orders);
        await Task.WhenAll(customers);
        await reaper;
        Say($"{Elapsed()}: all customers served, all processes alive, {postman.Doubled} messages doubled");

        // Deadlines of a minute, confirmations, releases and refunds: whatever is open ends by itself.
        await Eventually.Equal(0, () => TripAudit.OpenAsync(cluster), TimeSpan.FromMinutes(4));
        var audit = await TripAudit.ReadAsync(cluster);
        Say($"{Elapsed()}: quiet\n{audit}");
        return audit;

        string Elapsed() => $"{Stopwatch.GetElapsedTime(started).TotalSeconds:N0} s";
    }

    /// <summary>Kills at random, over the whole run, whoever it meets; the next one only when the last is
    /// back.</summary>
    private async Task ReapAsync(
        TripCluster cluster, DoublingPostman postman, Plan plan, SemaphoreSlim turns, Random chance,
        Func<double> progress)
    {
        for (var kill = 0; kill < plan.Kills; kill++)
        {
            if (plan.BrokerKills > 0 && kill > 0 && kill % (plan.Kills / (plan.BrokerKills + 1)) == 0
                && kill / (plan.Kills / (plan.BrokerKills + 1)) <= plan.BrokerKills)
            {
                cluster.Broker.Kill();
                await cluster.Broker.StartAgainAsync();
                await postman.StartAsync();
                Say($"broker restarted after {kill} kills");
            }

            var victim = chance.Next(TripCluster.Count);
            turns.Release(Math.Max(1, plan.Orders / (plan.Kills + 1)));
            cluster.Kill(victim);
            await cluster.ReviveAsync(victim);
            if ((kill + 1) % 10 == 0) Say($"{kill + 1} kills, {progress():P0} of the customers served");
        }

        turns.Release(plan.Orders);
    }

    private void Say(string what)
    {
        output.WriteLine(what);
        Console.WriteLine(what);
    }
}
