using System.Net;
using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Complaints.Clocks;
using Jingdezhen.Tourism.Complaints.Compensations;
using Jingdezhen.Tourism.Contracts.Complaints.V1;

namespace Jingdezhen.Tourism.Complaints.Tests.Cases;

/// <summary>What a merchant says it will do, by when, and what comes of it.</summary>
public sealed class PromiseTests(ComplaintsFixture complaints) : IClassFixture<ComplaintsFixture>
{
    [Fact]
    public async Task A_merchant_that_accepts_has_a_day_by_which_it_is_done_and_the_claimant_says_that_it_was()
    {
        var asked = await AskedAsync();
        var tourist = complaints.As("tourist", asked.Account);

        var agreed = await ComplaintsFixture.Do(asked.Seller, asked.Id, "answer", new { answer = "accept" });
        var early = await complaints.As("operator").PostAsync($"/v1/cases/{asked.Id}/close", new { });
        var closed = await ComplaintsFixture.Do(tourist, asked.Id, "promise-kept");

        var promise = agreed.Clocks.Single(clock => clock.Clock == "promise");
        Assert.Equal(("agreed", "accept"), (agreed.State, agreed.MerchantAnswer));
        Assert.Equal(RuleDue, promise.FastDueAt);
        Assert.NotNull(promise.FastCites);
        Assert.Equal("promise-open", await early.Code());
        Assert.Equal(("closed", "agreed"), (closed.State, closed.Outcome));
        await complaints.Published<MerchantPromised>(message => message.CaseId == asked.Id
            && message.MerchantId == asked.Merchant && message.PromisedFen == 20_000 && message.DueAt == RuleDue);
        Assert.Equal("no-promise", await (await tourist.PostAsync($"/v1/cases/{asked.Id}/promise-kept", new { }))
            .Code());
    }

    [Fact]
    public async Task A_promise_that_is_not_kept_in_time_takes_the_case_up_again_and_counts_as_a_refusal()
    {
        var asked = await AskedAsync();
        var @operator = complaints.As("operator");
        await ComplaintsFixture.Do(asked.Seller, asked.Id, "answer", new { answer = "accept", promisedOn = Day(3) });

        await complaints.Sweep(EndOf(3).AddMinutes(-1));
        var still = await complaints.As("admin").Get<CaseResponse>($"/v1/cases/{asked.Id}");
        await complaints.Sweep(EndOf(3).AddMinutes(1));
        var again = await complaints.As("admin").Get<CaseResponse>($"/v1/cases/{asked.Id}");
        await ComplaintsFixture.Find(@operator, asked.Id);
        var decided = await (await @operator.PostAsync($"/v1/compensations/of-case/{asked.Id}", new { }))
            .Body<CompensationResponse>();

        Assert.Equal("agreed", still.State);
        Assert.Equal(("investigating", "broken", null), (again.State, again.MerchantAnswer, again.Outcome));
        Assert.Contains(again.Clocks, clock => clock.Clock == "investigate" && clock.EndedAt is null);
        await complaints.Published<ClockDueSoon>(message => message.CaseId == asked.Id && message.Clock == "promise");
        await complaints.Published<ClockBreached>(message => message.CaseId == asked.Id && message.Clock == "promise");
        Assert.Equal("eligible", decided.State);
        Assert.Contains(decided.Reasons, reason => reason is { Rule: "merchant-does-not-pay", Passed: true }
            && reason.Reason.StartsWith("The merchant did not keep its promise", StringComparison.Ordinal));
    }

    [Theory, InlineData(-1), InlineData(40)]
    public async Task A_day_that_is_over_or_far_away_is_no_day_for_a_promise(int days)
    {
        var asked = await AskedAsync();

        var refused = await asked.Seller.PostAsync(
            $"/v1/cases/{asked.Id}/answer", new { answer = "accept", promisedOn = Day(days) });

        Assert.Equal("promise-date", await refused.Code());
        Assert.Equal(
            "awaiting-merchant", (await complaints.As("admin").Get<CaseResponse>($"/v1/cases/{asked.Id}")).State);
    }

    [Fact]
    public async Task An_agreement_in_mediation_has_its_day_too()
    {
        var asked = await AskedAsync();
        await ComplaintsFixture.Do(asked.Seller, asked.Id, "answer", new { answer = "contest" });
        var @operator = complaints.As("operator");
        await ComplaintsFixture.Do(@operator, asked.Id, "mediate");

        var agreed = await ComplaintsFixture.Do(@operator, asked.Id, "agree", new
        {
            text = "商家补做一次体验课", promisedOn = Day(10),
        });

        Assert.Equal(EndOf(10), agreed.Clocks.Single(clock => clock.Clock == "promise").FastDueAt);
        Assert.Equal("closed", (await ComplaintsFixture.Do(@operator, asked.Id, "promise-kept")).State);
    }

    [Fact]
    public async Task A_claimant_takes_an_offer_and_it_is_a_promise()
    {
        var asked = await AskedAsync();
        await ComplaintsFixture.Do(asked.Seller, asked.Id, "answer", new { answer = "offer", offerFen = 5_000 });

        var stranger = await complaints.As("tourist").PostAsync($"/v1/cases/{asked.Id}/offer", new { accept = true });
        var byPhone = await complaints.As("operator").PostAsync(
            $"/v1/cases/{asked.Id}/offer-by-phone", new { accept = true });
        var tourist = complaints.As("tourist", asked.Account);
        var agreed = await ComplaintsFixture.Do(tourist, asked.Id, "offer", new { accept = true });
        var twice = await tourist.PostAsync($"/v1/cases/{asked.Id}/offer", new { accept = false });

        Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);
        Assert.Equal("has-account", await byPhone.Code());
        Assert.Equal("agreed", agreed.State);
        Assert.Equal(RuleDue, agreed.Clocks.Single(clock => clock.Clock == "promise").FastDueAt);
        Assert.Equal("no-offer", await twice.Code());
        await complaints.Published<MerchantPromised>(message => message.CaseId == asked.Id
            && message.PromisedFen == 5_000);
    }

    [Fact]
    public async Task An_offer_that_is_refused_lets_what_is_proven_be_decided_at_once()
    {
        var asked = await AskedAsync();
        await ComplaintsFixture.Do(asked.Seller, asked.Id, "answer", new { answer = "offer", offerFen = 5_000 });
        await ComplaintsFixture.Find(complaints.As("operator"), asked.Id);

        var refused = await ComplaintsFixture.Do(
            complaints.As("tourist", asked.Account), asked.Id, "offer", new { accept = false, text = "太少" });

        Assert.Equal(("agreed", "offer-refused"), (refused.State, refused.MerchantAnswer));
        Assert.Equal(
            ("approved", 20_000L),
            ((await complaints.Compensation(asked.Id)).State, (await complaints.Compensation(asked.Id)).AmountFen));
    }

    [Fact]
    public async Task For_a_caller_without_an_account_an_operator_says_what_they_think_of_the_offer()
    {
        var (merchant, @operator) = (await complaints.Merchant(), complaints.As("operator"));
        var filed = await ComplaintsFixture.File(
            complaints.As("operator"), ComplaintsFixture.Complaint(phone: "13966660009", merchant: merchant));
        foreach (var step in (string[])["acknowledge", "accept", "ask-merchant"])
        {
            await ComplaintsFixture.Do(@operator, filed.Id, step);
        }

        await ComplaintsFixture.Do(
            complaints.As("merchant", merchant: merchant), filed.Id, "answer",
            new { answer = "offer", offerFen = 900 });
        var answered = await ComplaintsFixture.Do(@operator, filed.Id, "offer-by-phone", new { accept = true });

        Assert.Equal("agreed", answered.State);
    }

    [Fact]
    public async Task A_letter_says_the_time_that_the_clock_has_and_only_the_merchant_reads_it()
    {
        var asked = await AskedAsync();
        var (_, other) = await complaints.Filed();
        var @operator = complaints.As("operator");
        var body = new { letter = "ask-merchant", language = "en", values = new { what = "late show", due = "never" } };

        var unasked = await @operator.PostAsync($"/v1/cases/{other.Id}/letters", body);
        var written = await ComplaintsFixture.Do(@operator, asked.Id, "letters", body);

        var clock = written.Clocks.Single(each => each.Clock == "merchant-answer");
        var (due, legal) = (Said(clock.FastDueAt!.Value), Said(clock.LegalDueAt!.Value.AddMinutes(-1)));
        var text = (await asked.Seller.Get<HistoryResponse>($"/v1/cases/{asked.Id}/history")).Lines
            .Single(line => line.What == "letter-to-merchant").Text!;
        Assert.Equal("clock-not-running", await unasked.Code());
        Assert.Contains($"by {due} (China time)", text, StringComparison.Ordinal);
        Assert.Contains($"last day: {legal} (China time)", text, StringComparison.Ordinal);
        Assert.Contains(written.Number, text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            (await complaints.As("tourist", asked.Account).Get<HistoryResponse>($"/v1/cases/{asked.Id}/history")).Lines,
            line => line.What == "letter-to-merchant");

        static string Said(DateTimeOffset at) => at.ToOffset(TimeSpan.FromHours(8))
            .ToString("d MMMM yyyy, HH:mm", System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_letter_that_asks_the_claimant_for_evidence_stops_the_clocks_as_it_says()
    {
        var asked = await AskedAsync();

        var written = await ComplaintsFixture.Do(complaints.As("operator"), asked.Id, "letters", new
        {
            letter = "ask-evidence", language = "zh", values = new { what = "照片" },
        });

        Assert.NotNull(written.Paused);
    }

    private DateOnly Day(int days) => DateOnly.FromDateTime(
        complaints.Now.ToOffset(TimeSpan.FromHours(8)).DateTime).AddDays(days);

    private DateTimeOffset RuleDue => WorkingCalendar.Published.EndOfDay(complaints.Now, 7);

    private DateTimeOffset EndOf(int days) => WorkingCalendar.EndOf(Day(days));

    private async Task<(Guid Account, Guid Id, Guid Merchant, HttpClient Seller)> AskedAsync()
    {
        var merchant = await complaints.Merchant();
        var (account, filed) = await complaints.Filed(merchant);
        foreach (var step in (string[])["acknowledge", "accept", "ask-merchant"])
        {
            await ComplaintsFixture.Do(complaints.As("operator"), filed.Id, step);
        }

        return (account, filed.Id, merchant, complaints.As("merchant", merchant: merchant));
    }
}
