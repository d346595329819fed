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
        await complaints.Approve(asked.Id);
        var first = await complaints.Published<RequestPayout>(message => message.SubjectId == id);

        await complaints.Deliver(new PayoutFailed(first.Key, "compensation", id, first.PayeeId, first.AmountFen,
            "bank"), times: 2);
        var failed = await complaints.Compensation(id);
        await complaints.Approve(asked.Id);
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
        var poor = await ComplaintsFixture.With(("Fund:OpeningFen", "1000"));
        var @operator = poor.As("operator");
        var (_, id) = await poor.Proven(@operator, await poor.Merchant());
        var asked = await (await @operator.PostAsync($"/v1/compensations/of-case/{id}")).Body<CompensationResponse>();

        var refused = await poor.Approve(asked.Id);

        Assert.Equal("fund-short", await refused.Code());
        Assert.Equal("eligible", (await poor.Compensation(id)).State);
        Assert.Equal(1_000, await poor.Balance("fund"));
        await poor.DisposeAsync();
    }

    [Theory, InlineData(true, "eligible"), InlineData(false, "approved")]
    public async Task Small_clear_cases_are_approved_by_rule_only_within_the_days_limit(bool guarded, string third)
    {
        var thrifty = await ComplaintsFixture.With(
            ("Compensation:RuleApprovesADayFen", "45000"), ("Guards:DayBudget", $"{guarded}"));
        var merchant = await thrifty.Merchant(ComplaintsFixture.ClosedVenue);
        var states = new List<string>();
        for (var turn = 0; turn < 3; turn++)
        {
            states.Add((await thrifty.Compensation((await thrifty.Clear(merchant)).Case.Id)).State);
        }

        Assert.Equal(["approved", "approved", third], states);
        await thrifty.DisposeAsync();
    }

    [Theory, InlineData(true, "own-filing"), InlineData(false, null)]
    public async Task Who_filed_a_case_for_a_caller_approves_no_money_in_it(bool guarded, string? refused)
    {
        var office = await ComplaintsFixture.With(("Guards:OwnFiling", $"{guarded}"));
        var alone = office.As("operator", Guid.CreateVersion7());
        var id = await HeardAsync(office, alone, "13912340001");

        var asked = await (await alone.PostAsync($"/v1/compensations/of-case/{id}")).Body<CompensationResponse>();
        var answer = await alone.PostAsync($"/v1/compensations/{asked.Id}/approve");

        Assert.Equal(refused, answer.IsSuccessStatusCode ? null : await answer.Code());
        Assert.Equal(guarded ? "eligible" : "approved", (await office.Compensation(id)).State);
        await office.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_booking_of_ours_two_others_approve_whatever_the_sum()
    {
        var id = await HeardAsync(complaints, complaints.As("operator"), "13912340002");
        var asked = await (await complaints.As("operator").PostAsync($"/v1/compensations/of-case/{id}"))
            .Body<CompensationResponse>();

        var first = await (await complaints.Approve(asked.Id)).Body<CompensationResponse>();
        var second = await (await complaints.Approve(asked.Id)).Body<CompensationResponse>();

        Assert.Equal(("eligible", true), (first.State, first.SecondPersonNeeded));
        Assert.Equal("approved", second.State);
    }

    [Fact]
    public async Task Who_found_the_facts_does_not_approve_alone()
    {
        var finder = complaints.As("operator", Guid.CreateVersion7());
        var (_, id) = await complaints.Proven(finder, await complaints.Merchant());
        var asked = await (await finder.PostAsync($"/v1/compensations/of-case/{id}")).Body<CompensationResponse>();

        var own = await (await finder.PostAsync($"/v1/compensations/{asked.Id}/approve")).Body<CompensationResponse>();
        var others = await (await complaints.Approve(asked.Id)).Body<CompensationResponse>();

        Assert.Equal(("eligible", true), (own.State, own.SecondPersonNeeded));
        Assert.Equal("approved", others.State);
    }

    [Theory, InlineData(true, "approved"), InlineData(false, "paid")]
    public async Task News_of_an_earlier_round_settles_no_later_one(bool guarded, string state)
    {
        var office = await ComplaintsFixture.With(("Guards:PayoutKey", $"{guarded}"));
        var (_, id) = await office.Proven(office.As("operator"), await office.Merchant());
        var asked = await (await office.As("operator").PostAsync($"/v1/compensations/of-case/{id}"))
            .Body<CompensationResponse>();
        await (await office.Approve(asked.Id)).Body<CompensationResponse>();
        var first = await office.Published<RequestPayout>(message => message.SubjectId == id);
        await office.Deliver(new PayoutFailed(first.Key, "compensation", id, first.PayeeId, first.AmountFen, "bank"));
        await (await office.Approve(asked.Id)).Body<CompensationResponse>();

        await office.Deliver(new PayoutSettled(
            Guid.CreateVersion7(), first.Key, "compensation", id, first.PayeeId, first.AmountFen, "CNY", office.Now));

        Assert.Equal(state, (await office.Compensation(id)).State);
        await office.DisposeAsync();
    }

    [Fact]
    public async Task One_phone_is_paid_once_in_a_joint_case_without_bookings()
    {
        var (clerk, merchant) = (complaints.As("operator"), await complaints.Merchant());
        string[] phones = ["13912341111", "13912341111", "13912342222", "13912343333"];
        var ids = new List<Guid>();
        foreach (var phone in phones) ids.Add(await HeardAsync(complaints, clerk, phone, merchant));
        await (await clerk.PostAsync("/v1/cases/joint", new { caseIds = ids, matter = "停电" }))
            .Body<Complaints.Cases.JointCaseResponse>();

        var states = new List<string>();
        foreach (var id in ids)
        {
            var asked = await (await clerk.PostAsync($"/v1/compensations/of-case/{id}")).Body<CompensationResponse>();
            await complaints.Approve(asked.Id);
            await complaints.Approve(asked.Id);
            states.Add((await complaints.Compensation(id)).State);
        }

        Assert.Equal(["approved", "ineligible", "approved", "approved"], states);
    }

    // A caller without a booking of ours, heard, found right, and refused by the merchant.
    private static async Task<Guid> HeardAsync(
        ComplaintsFixture office, HttpClient clerk, string phone, Guid? against = null)
    {
        var merchant = against ?? await office.Merchant();
        var filed = await ComplaintsFixture.File(clerk, ComplaintsFixture.Complaint(
            phone: phone, merchant: merchant, claimedFen: 10_000));
        foreach (var step in (string[])["acknowledge", "accept", "ask-merchant"])
        {
            await ComplaintsFixture.Do(clerk, filed.Id, step);
        }

        await ComplaintsFixture.Do(
            office.As("merchant", merchant: merchant), filed.Id, "answer", new { answer = "contest" });
        await ComplaintsFixture.Find(clerk, filed.Id);
        return filed.Id;
    }
}
