using CsCheck;

namespace Jingdezhen.Tourism.Complaints.Tests.Model;

/// <summary>Any interleaving of commands, copies and late news, by two operators through two replicas.</summary>
public sealed class ModelTests
{
    private static readonly (string, string) SmallSecondPerson = ("Compensation:SecondPersonAboveFen", "20000");

    [Fact]
    public async Task Whatever_happens_at_once_money_and_states_stay_right()
    {
        await using var replicas = await Replicas.StartAsync(SmallSecondPerson);

        await Story.Moves.SampleAsync(async moves => Assert.Empty(await new Story(replicas).TellAsync(moves)), iter: 3,
            threads: 1);
    }

    [Theory, Trait("Category", "Long")]
    [InlineData("CaseLock", "answered|broken|lead to")]
    [InlineData("PurchaseLock", "were paid for a booking|answered")]
    [InlineData("OnePayout", "was paid")]
    [InlineData("Cap", "were paid for a booking")]
    [InlineData("SecondPerson", "by one person")]
    [InlineData("RingOnce", "rang|answered")]
    public async Task Without_one_guard_the_fault_that_it_prevents_appears(string guard, string fault)
    {
        await using var replicas = await Replicas.StartAsync(SmallSecondPerson, ($"Guards:{guard}", "false"));
        if (guard == "OnePayout") await replicas.SqlAsync("DROP INDEX one_payout");

        var seen = new List<string>();
        await Story.Moves.SampleAsync(async moves =>
        {
            if (!seen.Exists(Fits)) seen.AddRange(await new Story(replicas).TellAsync(moves));
        }, iter: 15, threads: 1);

        Assert.Contains(seen, Fits);

        bool Fits(string wrong) => fault.Split('|').Any(word => wrong.Contains(word, StringComparison.Ordinal));
    }
}
