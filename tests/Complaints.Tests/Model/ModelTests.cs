using CsCheck;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Complaints.Tests.Model;

/// <summary>Any interleaving of commands, copies and late news, by two operators through two replicas.</summary>
public sealed class ModelTests
{
    private static readonly (string, string) SmallSecondPerson = ("Compensation:SecondPersonAboveFen", "20000");

    // The database's own copies of the rules; a control that takes a guard out takes its copy out too.
    private static readonly Dictionary<string, string> Copies = new()
    {
        ["OnePayout"] = "DROP INDEX one_payout",
        ["CaseLock"] = "ALTER TABLE case_events DROP CONSTRAINT pk_case_events; DROP INDEX one_running_clock; "
            + "ALTER TABLE case_texts DROP CONSTRAINT pk_case_texts",
        ["FundFloor"] = "UPDATE ledger_accounts SET floor_fen = NULL WHERE code = 'fund'",
    };

    [Fact]
    public Task A_story_leaves_money_and_states_right() => HoldsAsync(stories: 1);

    [Fact, Trait("Category", "Long")]
    public Task Whatever_happens_at_once_money_and_states_stay_right() => HoldsAsync(stories: 5);

    [Theory, Trait("Category", "Long")]
    [InlineData("CaseLock", "broken|lead to")]
    [InlineData("PurchaseLock", "were paid for a booking")]
    [InlineData("OnePayout", "was paid")]
    [InlineData("Cap", "were paid for a booking")]
    [InlineData("PaidTwice", "twice and nobody")]
    [InlineData("SecondPerson", "by one person")]
    [InlineData("FundFloor", "the fund is negative")]
    [InlineData("RingOnce", "rang")]
    public async Task Without_one_guard_the_fault_that_it_prevents_appears(string guard, string fault)
    {
        await using var replicas = await Replicas.StartAsync(SmallSecondPerson, ($"Guards:{guard}", "false"));
        if (Copies.TryGetValue(guard, out var copy)) await replicas.SqlAsync(copy);

        var seen = new List<string>();
        await Story.Moves.SampleAsync(async moves =>
        {
            if (!seen.Exists(Fits)) seen.AddRange(await new Story(replicas).TellAsync(moves));
        }, iter: 15, threads: 1);

        Assert.Contains(seen, Fits);

        bool Fits(string wrong) => fault.Split('|').Any(word => wrong.Contains(word, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_of_more_than_eight_megabytes_is_not_taken()
    {
        await using var replicas = await Replicas.StartAsync();
        using var http = replicas.Client(0, TestTokens.For("tourist"));
        var filed = await ComplaintsFixture.File(http, ComplaintsFixture.Complaint());
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri($"/v1/evidence/{filed.Id}?name=film.mp4", UriKind.Relative));
        request.Headers.Add("Idempotency-Key", "film");
        request.Headers.ExpectContinue = true;
        request.Content = new ByteArrayContent(new byte[8 * 1024 * 1024 + 1]);

        var answer = await http.SendAsync(request);

        Assert.Equal(System.Net.HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    private static async Task HoldsAsync(int stories)
    {
        await using var replicas = await Replicas.StartAsync(SmallSecondPerson);

        await Story.Moves.SampleAsync(
            async moves => Assert.Empty(await new Story(replicas).TellAsync(moves)), iter: stories, threads: 1);
    }
}
