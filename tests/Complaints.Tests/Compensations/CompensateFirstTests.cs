using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Complaints.Compensations;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Complaints.Tests.Compensations;

public sealed class CompensateFirstTests(ComplaintsFixture complaints) : IClassFixture<ComplaintsFixture>
{
    [Fact]
    public async Task A_clear_case_of_a_consenting_merchant_is_decided_and_its_payout_requested_when_it_is_filed()
    {
        var merchant = await complaints.Merchant(ComplaintsFixture.ClosedVenue);
        var account = Guid.CreateVersion7();
        var booking = await complaints.Booking(account, merchant, closed: true);

        var filed = await ComplaintsFixture.File(complaints.As("tourist", account),
            ComplaintsFixture.Complaint(booking));

        Assert.Equal("agreed", filed.State);
        var compensation = await complaints.Compensation(filed.Id);
        Assert.Equal(("approved", 20_000, true), (compensation.State, compensation.AmountFen, compensation.ByRule));
        Assert.All(compensation.Reasons, reason => Assert.True(reason.Passed, reason.Reason));
        var asked = await complaints.Published<RequestPayout>(message => message.SubjectId == filed.Id);
        Assert.Equal((account, 20_000, "compensation"), (asked.PayeeId, asked.AmountFen, asked.Purpose));
    }

    [Fact]
    public async Task A_payout_closes_the_case_opens_the_survey_and_is_owed_back_once_however_often_it_is_told()
    {
        var merchant = await complaints.Merchant(ComplaintsFixture.ClosedVenue);
        var account = Guid.CreateVersion7();
        var booking = await complaints.Booking(account, merchant, closed: true);
        var filed = await ComplaintsFixture.File(complaints.As("tourist", account),
            ComplaintsFixture.Complaint(booking));

        var settled = await complaints.PaidOut(filed.Id, times: 3);
        await complaints.Deliver(settled);

        Assert.Equal("closed", (await complaints.As("admin").Get<CaseResponse>($"/v1/cases/{filed.Id}")).State);
        Assert.Equal("paid", (await complaints.Compensation(filed.Id)).State);
        Assert.Equal(20_000, await complaints.Balance($"receivable:{merchant}"));
        await complaints.Published<SurveyOpened>(message => message.SubjectId == filed.Id);
        await complaints.Published<RecourseOpened>(message => message.CaseId == filed.Id
            && message.AmountFen == 20_000);
        await complaints.Published<CaseClosed>(message => message.CaseId == filed.Id && message.Outcome == "agreed");
        Assert.Single(complaints.PublishedSoFar<CompensationPaid>(), message => message.CaseId == filed.Id);
    }

    [Fact]
    public async Task Without_consent_it_is_decided_as_soon_as_the_merchant_refuses()
    {
        var merchant = await complaints.Merchant();
        var account = Guid.CreateVersion7();
        var booking = await complaints.Booking(account, merchant, closed: true);
        var filed = await ComplaintsFixture.File(complaints.As("tourist", account),
            ComplaintsFixture.Complaint(booking));
        Assert.Equal("ineligible", (await complaints.Compensation(filed.Id)).State);
        await ComplaintsFixture.Do(complaints.As("operator"), filed.Id, "ask-merchant");

        await complaints.As("merchant", merchant: merchant).PostAsync(
            $"/v1/cases/{filed.Id}/answer", new { answer = "contest", text = "当天正常开放" });

        Assert.Equal("approved", (await complaints.Compensation(filed.Id)).State);
    }

    [Fact]
    public async Task Without_consent_it_is_decided_as_soon_as_the_merchants_clock_runs_out()
    {
        var merchant = await complaints.Merchant();
        var account = Guid.CreateVersion7();
        var booking = await complaints.Booking(account, merchant, closed: true);
        var filed = await ComplaintsFixture.File(complaints.As("tourist", account),
            ComplaintsFixture.Complaint(booking));
        await ComplaintsFixture.Do(complaints.As("operator"), filed.Id, "ask-merchant");

        await complaints.Sweep(complaints.Now.AddHours(25));

        Assert.Equal("approved", (await complaints.Compensation(filed.Id)).State);
        var after = await complaints.As("admin").Get<CaseResponse>($"/v1/cases/{filed.Id}");
        Assert.Equal(("agreed", "silent"), (after.State, after.MerchantAnswer));
    }

    [Fact]
    public async Task What_is_not_proven_is_not_paid_and_every_rule_says_why()
    {
        var (_, filed) = await complaints.Filed();
        var @operator = complaints.As("operator");
        await ComplaintsFixture.Do(@operator, filed.Id, "acknowledge");

        var asked = await (await @operator.PostAsync($"/v1/compensations/of-case/{filed.Id}"))
            .Body<CompensationResponse>();

        Assert.Equal("ineligible", asked.State);
        Assert.Equal(
            ["evidence-suffices", "facts-clear", "liability-clear", "merchant-does-not-pay", "not-at-fault"],
            asked.Reasons.Where(reason => !reason.Passed).Select(reason => reason.Rule).Order(StringComparer.Ordinal));
        var refused = await @operator.PostAsync($"/v1/compensations/{asked.Id}/approve");
        Assert.Equal("compensation-not-open", await refused.Code());
    }

    [Fact]
    public async Task Above_the_threshold_a_second_person_approves_and_never_the_first()
    {
        var merchant = await complaints.Merchant();
        var first = complaints.As("operator");
        var (_, id) = await complaints.Proven(first, merchant, paidFen: 300_000);
        var asked = await (await first.PostAsync($"/v1/compensations/of-case/{id}")).Body<CompensationResponse>();

        var once = await (await first.PostAsync($"/v1/compensations/{asked.Id}/approve")).Body<CompensationResponse>();
        var twice = await first.PostAsync($"/v1/compensations/{asked.Id}/approve");
        var second = await (await complaints.As("operator").PostAsync($"/v1/compensations/{asked.Id}/approve"))
            .Body<CompensationResponse>();

        Assert.Equal(("eligible", true), (once.State, once.SecondPersonNeeded));
        Assert.Equal("second-person-needed", await twice.Code());
        Assert.Equal("approved", second.State);
    }

    [Fact]
    public async Task What_was_refunded_counts_and_a_refund_that_is_told_twice_counts_once()
    {
        var merchant = await complaints.Merchant();
        var @operator = complaints.As("operator");
        var (_, id) = await complaints.Proven(@operator, merchant, paidFen: 100_000);
        var booking = (await complaints.As("admin").Get<CaseResponse>($"/v1/cases/{id}")).PurchaseId!.Value;
        var refund = new RefundSettled(
            Guid.CreateVersion7(), "r", Guid.CreateVersion7(), "p", "booking", booking, 30_000, "CNY", complaints.Now);
        await complaints.Deliver(refund, times: 2);
        await complaints.Deliver(refund);

        var asked = await (await @operator.PostAsync($"/v1/compensations/of-case/{id}")).Body<CompensationResponse>();

        Assert.Equal(70_000, asked.AmountFen);
    }

    [Fact]
    public async Task A_refund_that_comes_between_decision_and_approval_stops_the_approval()
    {
        var merchant = await complaints.Merchant();
        var @operator = complaints.As("operator");
        var (_, id) = await complaints.Proven(@operator, merchant, paidFen: 100_000);
        var booking = (await complaints.As("admin").Get<CaseResponse>($"/v1/cases/{id}")).PurchaseId!.Value;
        var asked = await (await @operator.PostAsync($"/v1/compensations/of-case/{id}")).Body<CompensationResponse>();
        await complaints.Deliver(new RefundSettled(
            Guid.CreateVersion7(), "r", Guid.CreateVersion7(), "p", "booking", booking, 100_000, "CNY",
                complaints.Now));

        var refused = await @operator.PostAsync($"/v1/compensations/{asked.Id}/approve");

        Assert.Equal("above-cap", await refused.Code());
    }

    [Fact]
    public async Task Fraud_is_worth_three_times_the_price_and_at_least_500_yuan()
    {
        var merchant = await complaints.Merchant();
        var @operator = complaints.As("operator");
        var (_, id) = await complaints.Proven(@operator, merchant, paidFen: 10_000, fraud: true);

        var asked = await (await @operator.PostAsync(
            $"/v1/compensations/of-case/{id}", new { amountFen = 1_000_000 })).Body<CompensationResponse>();

        Assert.Equal(10_000 + 50_000, asked.AmountFen);
    }

    [Fact]
    public async Task A_payout_that_failed_puts_the_money_back_and_is_paid_under_another_key_when_approved_again()
    {
        var merchant = await complaints.Merchant();
        var @operator = complaints.As("operator");
        var (_, id) = await complaints.Proven(@operator, merchant);
        var asked = await (await @operator.PostAsync($"/v1/compensations/of-case/{id}")).Body<CompensationResponse>();
        await @operator.PostAsync($"/v1/compensations/{asked.Id}/approve");
        var first = await complaints.Published<RequestPayout>(message => message.SubjectId == id);

        await complaints.Deliver(new PayoutFailed(first.Key, "compensation", id, first.PayeeId, first.AmountFen,
            "bank"), times: 2);
        var failed = await complaints.Compensation(id);
        await @operator.PostAsync($"/v1/compensations/{asked.Id}/approve");
        await complaints.Deliver(new PayoutSettled(
            Guid.CreateVersion7(), first.Key, "compensation", id, first.PayeeId, first.AmountFen, "CNY",
                complaints.Now));

        Assert.Equal("failed", failed.State);
        Assert.Equal("approved", (await complaints.Compensation(id)).State);
        var second = await complaints.Published<RequestPayout>(message => message.SubjectId == id
            && message.Key != first.Key);
        Assert.EndsWith(":2", second.Key, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_claimant_is_paid_once_for_a_booking_by_whatever_case()
    {
        var merchant = await complaints.Merchant(ComplaintsFixture.ClosedVenue);
        var account = Guid.CreateVersion7();
        var booking = await complaints.Booking(account, merchant, closed: true);
        var tourist = complaints.As("tourist", account);
        await ComplaintsFixture.File(tourist, ComplaintsFixture.Complaint(booking, claimedFen: 5_000));

        var again = await ComplaintsFixture.File(tourist, ComplaintsFixture.Complaint(booking, claimedFen: 5_000));
        var @operator = complaints.As("operator");
        await ComplaintsFixture.Do(@operator, again.Id, "acknowledge");
        await ComplaintsFixture.Find(@operator, again.Id);
        var asked = await (await @operator.PostAsync($"/v1/compensations/of-case/{again.Id}"))
            .Body<CompensationResponse>();

        Assert.Equal("ineligible", asked.State);
        Assert.Contains(asked.Reasons, reason => reason is { Rule: "not-paid-yet", Passed: false });
        Assert.Contains("same-purchase", (await complaints.As("admin")
            .Get<StaffCaseResponse>($"/v1/cases/{again.Id}/file")).Flags);
    }

    [Fact]
    public async Task The_fund_never_pays_more_than_it_has()
    {
        await using var poor = new PoorFund();
        await poor.Fixture.InitializeAsync();
        var @operator = poor.Fixture.As("operator");
        var (_, id) = await poor.Fixture.Proven(@operator, await poor.Fixture.Merchant());
        var asked = await (await @operator.PostAsync($"/v1/compensations/of-case/{id}")).Body<CompensationResponse>();

        var refused = await @operator.PostAsync($"/v1/compensations/{asked.Id}/approve");

        Assert.Equal("fund-short", await refused.Code());
        Assert.Equal("eligible", (await poor.Fixture.Compensation(id)).State);
        Assert.Equal(1_000, await poor.Fixture.Balance("fund"));
    }

    [Fact]
    public async Task Small_clear_cases_are_approved_by_rule_only_within_the_days_limit()
    {
        await using var thrifty = new PoorFund(("Fund:OpeningFen", "100000000"), ("Compensation:RuleApprovesADayFen",
            "45000"));
        await thrifty.Fixture.InitializeAsync();
        var merchant = await thrifty.Fixture.Merchant(ComplaintsFixture.ClosedVenue);
        var states = new List<string>();
        for (var turn = 0; turn < 3; turn++)
        {
            var account = Guid.CreateVersion7();
            var booking = await thrifty.Fixture.Booking(account, merchant, closed: true);
            var filed = await ComplaintsFixture.File(thrifty.Fixture.As("tourist", account),
                ComplaintsFixture.Complaint(booking));
            states.Add((await thrifty.Fixture.Compensation(filed.Id)).State);
        }

        Assert.Equal(["approved", "approved", "eligible"], states);
    }

    private sealed class PoorFund : IAsyncDisposable
    {
        public PoorFund(params (string Name, string Value)[] settings) => Fixture = new(
            settings.Length > 0 ? settings : [("Fund:OpeningFen", "1000")]);

        public Other Fixture { get; }

        public async ValueTask DisposeAsync() => await Fixture.DisposeAsync();

        internal sealed class Other((string Name, string Value)[] settings) : ComplaintsFixture
        {
            protected override IReadOnlyDictionary<string, string> Settings
            {
                get
                {
                    var all = new Dictionary<string, string>(base.Settings);
                    foreach (var (name, value) in settings) all[name] = value;
                    return all;
                }
            }
        }
    }
}
