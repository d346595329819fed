using System.Net;
using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Contracts.Complaints.V1;

namespace Jingdezhen.Tourism.Complaints.Tests.Cases;

/// <summary>The steps of a case as an operator and a claimant take them over HTTP.</summary>
public sealed class StepTests(ComplaintsFixture complaints) : IClassFixture<ComplaintsFixture>
{
    [Fact]
    public async Task A_case_that_is_anothers_to_handle_is_transferred_and_over()
    {
        var (id, @operator) = await AcceptedAsync();

        var after = await ComplaintsFixture.Do(
            @operator, id, "transfer", new { to = "市场监管局", because = "不属于旅游投诉" });

        Assert.Equal(("transferred", "transferred"), (after.State, after.Outcome));
        await complaints.Published<CaseClosed>(message => message.CaseId == id
            && message is { Outcome: "transferred", Channel: "app" });
    }

    [Fact]
    public async Task A_merchant_is_told_that_it_is_asked_and_until_when()
    {
        var merchant = await complaints.Merchant();
        var (id, @operator) = await AcceptedAsync(merchant);

        var after = await ComplaintsFixture.Do(@operator, id, "ask-merchant");

        var due = after.Clocks.Single(clock => clock.Clock == "merchant-answer").FastDueAt!.Value;
        await complaints.Published<MerchantAsked>(message => message.CaseId == id && message.MerchantId == merchant
            && (message.DueAt - due).Duration() < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Mediation_that_fails_is_terminated_with_its_record_and_advice()
    {
        var merchant = await complaints.Merchant();
        var (id, @operator) = await AcceptedAsync(merchant);
        await ComplaintsFixture.Do(@operator, id, "ask-merchant");
        await ComplaintsFixture.Do(
            complaints.As("merchant", merchant: merchant), id, "answer", new { answer = "contest" });

        var mediating = await ComplaintsFixture.Do(@operator, id, "mediate", new { longer = true, record = "双方到场" });
        var terminated = await ComplaintsFixture.Do(@operator, id, "terminate", new { text = "可向法院起诉" });

        Assert.Equal("mediating", mediating.State);
        Assert.Contains(mediating.Clocks, clock => clock.Clock == "mediate");
        Assert.Equal(("terminated", "terminated"), (terminated.State, terminated.Outcome));
        var texts = (await @operator.Get<HistoryResponse>($"/v1/cases/{id}/history")).Lines.Select(line => line.Text);
        Assert.Superset(new HashSet<string?> { "双方到场", "可向法院起诉" }, texts.ToHashSet());
    }

    [Fact]
    public async Task Clocks_stand_still_for_a_reason_and_run_again()
    {
        var (id, @operator) = await AcceptedAsync();

        var paused = await ComplaintsFixture.Do(@operator, id, "pause", new { because = "等投诉人补充照片" });
        var twice = await @operator.PostAsync($"/v1/cases/{id}/pause", new { because = "再等" });
        var running = await ComplaintsFixture.Do(@operator, id, "resume");
        var again = await @operator.PostAsync($"/v1/cases/{id}/resume");

        Assert.Equal("等投诉人补充照片", paused.Paused);
        Assert.Equal("already-paused", await twice.Code());
        Assert.Null(running.Paused);
        Assert.Equal("not-paused", await again.Code());
    }

    [Fact]
    public async Task A_complex_case_may_be_investigated_twice_as_long()
    {
        var merchant = await complaints.Merchant();
        var (id, @operator) = await AcceptedAsync(merchant);
        await ComplaintsFixture.Do(@operator, id, "classify", new { complex = true });
        await ComplaintsFixture.Do(@operator, id, "ask-merchant");

        var after = await ComplaintsFixture.Do(
            complaints.As("merchant", merchant: merchant), id, "answer", new { answer = "contest" });

        var clock = after.Clocks.Single(each => each.Clock == "investigate");
        Assert.Equal(TimeSpan.FromHours(24), clock.FastDueAt - clock.StartedAt);
        Assert.True((await @operator.Get<StaffCaseResponse>($"/v1/cases/{id}/file")).Complex);
    }

    [Fact]
    public async Task A_claimant_withdraws_their_own_case_and_reopens_one_that_was_closed()
    {
        var (account, withdrawn) = await complaints.Filed();
        var tourist = complaints.As("tourist", account);
        var (id, @operator) = await AcceptedAsync(claimant: account);
        foreach (var step in (string[])["agree", "close"]) await ComplaintsFixture.Do(@operator, id, step);

        var stranger = await complaints.As("tourist").PostAsync($"/v1/cases/{withdrawn.Id}/withdraw");
        var gone = await ComplaintsFixture.Do(tourist, withdrawn.Id, "withdraw");
        var reopened = await ComplaintsFixture.Do(tourist, id, "reopen", new { because = "又被收了一次费" });

        Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);
        Assert.Equal("withdrawn", gone.State);
        Assert.Equal("reopened", reopened.State);
        Assert.Equal(2, reopened.Clocks.Count(clock => clock.EndedAt is null));
    }

    [Fact]
    public async Task For_a_caller_without_an_account_an_operator_withdraws_and_reopens()
    {
        var @operator = complaints.As("operator");
        var (first, second) = (await HeardAsync(), await HeardAsync());
        foreach (var step in (string[])["acknowledge", "accept", "agree", "close"])
        {
            await ComplaintsFixture.Do(@operator, second, step);
        }

        var withdrawn = await ComplaintsFixture.Do(@operator, first, "withdraw-by-phone", new { because = "已和解" });
        var reopened = await ComplaintsFixture.Do(@operator, second, "reopen-by-phone", new { because = "新证据" });
        var (_, owned) = await complaints.Filed();
        var refused = await @operator.PostAsync($"/v1/cases/{owned.Id}/withdraw-by-phone", new { because = "来电" });

        Assert.Equal(("withdrawn", "reopened"), (withdrawn.State, reopened.State));
        Assert.Equal("has-account", await refused.Code());

        async Task<Guid> HeardAsync() => (await ComplaintsFixture.File(
            @operator, ComplaintsFixture.Complaint(phone: "13966660001"))).Id;
    }

    [Fact]
    public async Task A_letter_is_written_in_English_too()
    {
        var (id, @operator) = await AcceptedAsync();

        await ComplaintsFixture.Do(@operator, id, "letters", new
        {
            letter = "offer", language = "en", values = new { number = "another", amount = "50" },
        });

        var number = (await @operator.Get<CaseResponse>($"/v1/cases/{id}")).Number;
        var lines = (await @operator.Get<HistoryResponse>($"/v1/cases/{id}/history")).Lines;
        Assert.Contains(lines, line => line.Text == $"Hello, the merchant offers CNY 50 for complaint {number}. "
            + "Please tell us whether you accept.");
    }

    private async Task<(Guid Id, HttpClient Operator)> AcceptedAsync(Guid? merchant = null, Guid? claimant = null)
    {
        var account = claimant ?? Guid.CreateVersion7();
        var booking = await complaints.Booking(account, merchant ?? await complaints.Merchant());
        var filed = await ComplaintsFixture.File(
            complaints.As("tourist", account), ComplaintsFixture.Complaint(booking));
        var @operator = complaints.As("operator");
        foreach (var step in (string[])["acknowledge", "accept"]) await ComplaintsFixture.Do(@operator, filed.Id, step);
        return (filed.Id, @operator);
    }
}
