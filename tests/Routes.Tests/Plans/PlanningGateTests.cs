using Jingdezhen.Tourism.Routes.Plans;

namespace Jingdezhen.Tourism.Routes.Tests.Plans;

public sealed class PlanningGateTests
{
    private static readonly TimeSpan Asked = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void Who_is_alone_gets_the_time_that_was_asked_for()
    {
        var budget = PlanningGate.Budget(Asked, waiting: 1, cores: 2, beyond: TimeSpan.FromMilliseconds(10));

        Assert.Equal(Asked, budget);
    }

    [Theory, InlineData(16), InlineData(40)]
    public void The_whole_queue_passes_within_a_round_with_all_that_a_plan_takes(int waiting)
    {
        var beyond = TimeSpan.FromMilliseconds(2);

        var budget = PlanningGate.Budget(Asked, waiting, cores: 2, beyond);

        Assert.InRange((budget + beyond) * waiting / 2, TimeSpan.Zero, TimeSpan.FromMilliseconds(101));
    }

    [Fact]
    public void However_many_wait_a_plan_gets_a_few_milliseconds()
    {
        var budget = PlanningGate.Budget(Asked, waiting: 200, cores: 2, beyond: TimeSpan.FromMilliseconds(30));

        Assert.Equal(TimeSpan.FromMilliseconds(3), budget);
    }

    [Fact]
    public async Task Beyond_the_longest_queue_nobody_is_let_in()
    {
        using var gate = new PlanningGate();
        var hold = new TaskCompletionSource();

        var inside = Enumerable.Range(0, 200).Select(_ => gate.RunAsync(Asked, _ =>
        {
            hold.Task.Wait();
            return true;
        }, CancellationToken.None)).ToArray();
        var late = await gate.RunAsync(Asked, _ => true, CancellationToken.None);
        hold.SetResult();

        Assert.Null(late);
        Assert.All(await Task.WhenAll(inside), answer => Assert.NotNull(answer));
    }
}
