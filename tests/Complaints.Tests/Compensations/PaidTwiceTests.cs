using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Complaints.Compensations;
using Jingdezhen.Tourism.Complaints.Fund;
using Jingdezhen.Tourism.Complaints.Recourses;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Complaints.Tests.Compensations;

/// <summary>Money that comes back after the fund has paid, and money that the fund claims back.</summary>
public sealed class PaidTwiceTests(ComplaintsFixture complaints) : IClassFixture<ComplaintsFixture>
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task A_refund_after_the_payout_brings_the_case_to_peoples_notice(bool promisedFirst)
    {
        var paid = await PaidAsync();
        if (promisedFirst)
        {
            await complaints.Deliver(new BookingCancelled(
                paid.Booking, null, Guid.CreateVersion7(), Guid.CreateVersion7(), paid.Merchant, complaints.Now, "FULL",
                15_000, 2, "closed"), times: 2);
        }

        await complaints.Refund(paid.Booking, 15_000);

        Assert.Equal(15_000, await OverpaidAsync(complaints, paid.Case));
        var staff = complaints.As("operator");
        Assert.Contains("paid-twice", (await staff.Get<StaffCaseResponse>($"/v1/cases/{paid.Case}/file")).Flags);
        var queue = await staff.Get<List<CaseLineResponse>>("/v1/cases/queue/paid-twice?limit=100");
        Assert.Equal("closed", queue.Single(line => line.Id == paid.Case).State);
        var history = await staff.Get<HistoryResponse>($"/v1/cases/{paid.Case}/history");
        Assert.Equal("15000 fen", history.Lines.Single(line => line.What == "paid-twice").Detail);
        Assert.True(history.Intact);
    }

    [Fact]
    public async Task Without_the_guard_nobody_notices()
    {
        var office = await ComplaintsFixture.With(("Guards:PaidTwice", "false"));
        var (_, filed) = await office.Clear(await office.Merchant(ComplaintsFixture.ClosedVenue));
        await office.PaidOut(filed.Id);

        await office.Refund(filed.PurchaseId!.Value, 20_000);

        Assert.Equal(0, await OverpaidAsync(office, filed.Id));
        await office.DisposeAsync();
    }

    [Theory, InlineData(true, 15_000), InlineData(false, 30_000)]
    public async Task A_copy_of_a_cancellation_promises_nothing_more(bool guarded, long promised)
    {
        var office = await ComplaintsFixture.With(("Guards:Inbox", $"{guarded}"));
        var merchant = await office.Merchant();
        var booking = await office.Booking(Guid.CreateVersion7(), merchant);

        await office.Deliver(new BookingCancelled(
            booking, null, Guid.CreateVersion7(), Guid.CreateVersion7(), merchant, office.Now, "FULL", 15_000, 2,
            "closed"), times: 2);

        Assert.Equal(promised, await office.Read(db => db.Purchases.Where(row => row.Id == booking)
            .Select(row => row.PromisedFen).SingleAsync()));
        await office.DisposeAsync();
    }

    [Fact]
    public async Task Clawing_back_takes_two_people_and_what_the_merchant_owed_the_claimant_owes()
    {
        var paid = await PaidAsync();
        var first = complaints.As("operator", Guid.CreateVersion7());
        var path = $"/v1/compensations/{paid.Compensation}/claw-back";

        var proposed = await (await first.PostAsync(path, new { because = "另得退款" })).Body<CompensationResponse>();
        var alone = await first.PostAsync(path, new { because = "另得退款" });
        var owedStill = await complaints.Balance($"receivable:{paid.Merchant}");
        var done = await (await complaints.As("operator").PostAsync(path, new { because = "属实" }))
            .Body<CompensationResponse>();

        Assert.Equal(("paid", "claw-back"), (proposed.State, proposed.Proposed));
        Assert.Equal("second-person-needed", await alone.Code());
        Assert.Equal(20_000, owedStill);
        Assert.Equal("clawed-back", done.State);
        Assert.Equal(0, await complaints.Balance($"receivable:{paid.Merchant}"));
        Assert.Equal(20_000, await complaints.Balance($"receivable-of-claimant:{paid.Compensation}"));
        Assert.Equal("not-liable", Assert.Single(await complaints.As("admin")
            .Get<List<RecourseResponse>>($"/v1/recourse?merchant={paid.Merchant}")).State);
    }

    [Fact]
    public async Task What_a_merchant_had_repaid_the_claimant_owes_too()
    {
        var paid = await PaidAsync();
        var owed = Assert.Single(await complaints.As("admin")
            .Get<List<RecourseResponse>>($"/v1/recourse?merchant={paid.Merchant}"));
        await complaints.Deliver(new Contracts.Payments.V1.PaymentCaptured(
            Guid.CreateVersion7(), $"{owed.Id}", "recourse", owed.Id, 5_000, "CNY", "sandbox", complaints.Now, false));

        await ClawBackAsync(paid.Compensation);

        Assert.Equal(0, await complaints.Balance($"receivable:{paid.Merchant}"));
        Assert.Equal(20_000, await complaints.Balance($"receivable-of-claimant:{paid.Compensation}"));
        Assert.True((await complaints.As("admin").Get<Complaints.Fund.FundResponse>("/v1/fund")).Balanced);
    }

    [Fact]
    public async Task What_a_merchant_had_repaid_goes_back_to_it_and_the_fund_is_where_it_was_when_all_is_returned()
    {
        var office = await ComplaintsFixture.With();
        var paid = await PaidAsync(office);
        var owed = Assert.Single(await ListAsync());
        await office.Deliver(new PaymentCaptured(
            Guid.CreateVersion7(), $"{owed.Id}", "recourse", owed.Id, 20_000, "CNY", "sandbox", office.Now, false));
        var whole = await FundAsync();

        await ClawBackAsync(paid.Compensation, office);
        var asked = await office.Published<RequestPayout>(message => message.SubjectId == owed.Id);
        var underway = Assert.Single(await ListAsync());
        await office.Deliver(new PayoutFailed(asked.Key, "merchant", owed.Id, paid.Merchant, 20_000, "bank"));
        var failed = await FundAsync();
        await (await office.As("operator").PostAsync($"/v1/recourse/{owed.Id}/return", new { }))
            .Body<RecourseResponse>();
        var again = await office.Published<RequestPayout>(message => message.SubjectId == owed.Id
            && message.Key != asked.Key);
        foreach (var key in (string[])[asked.Key, again.Key])
        {
            await office.Deliver(new PayoutSettled(
                Guid.CreateVersion7(), key, "merchant", owed.Id, paid.Merchant, 20_000, "CNY", office.Now), times: 2);
        }

        var given = await FundAsync();
        var over = await office.As("operator").PostAsync($"/v1/recourse/{owed.Id}/return", new { });
        for (var person = 0; person < 2; person++)
        {
            await office.As("operator").PostAsync(
                $"/v1/compensations/{paid.Compensation}/returned", new { reference = "b-9", amountFen = 20_000 });
        }

        var end = await FundAsync();
        Assert.Equal(("merchant", paid.Merchant, 20_000L), (asked.Purpose, asked.PayeeId, asked.AmountFen));
        Assert.Equal(("not-liable", 20_000L, 0L), (underway.State, underway.ReturningFen, underway.ReturnedFen));
        Assert.Equal(ComplaintsFixture.OpeningFen, whole.BalanceFen);
        Assert.Equal((ComplaintsFixture.OpeningFen, 0L), (failed.BalanceFen, failed.PayingOutFen));
        Assert.Equal(
            (ComplaintsFixture.OpeningFen - 20_000, 0L, 0L),
            (given.BalanceFen, given.PayingOutFen, given.RecoveredFen));
        Assert.Equal("nothing-to-return", await over.Code());
        Assert.Equal(
            (ComplaintsFixture.OpeningFen, 20_000L, 0L, true),
            (end.BalanceFen, end.RecoveredFen, end.ReceivableFen, end.Balanced));
        Assert.Equal(20_000, Assert.Single(await ListAsync()).ReturnedFen);
        await office.DisposeAsync();

        Task<FundResponse> FundAsync() => office.As("admin").Get<FundResponse>("/v1/fund");

        Task<List<RecourseResponse>> ListAsync() =>
            office.As("admin").Get<List<RecourseResponse>>($"/v1/recourse?merchant={paid.Merchant}");
    }

    [Fact]
    public async Task What_was_withheld_from_a_host_for_a_debt_that_had_ended_is_paid_to_it()
    {
        var (payout, host) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        await complaints.Deliver(new Contracts.Homestays.V1.HostPaid(
            payout, host, Guid.CreateVersion7(), 50_000, 7_000, 43_000), times: 2);

        await complaints.Published<RequestPayout>(message => message.Key == $"recourse-excess:{payout}"
            && (message.Purpose, message.PayeeId, message.AmountFen) == ("merchant", host, 7_000));
    }

    [Fact]
    public async Task A_claimant_who_owes_a_payout_gets_no_other_until_it_is_returned()
    {
        var paid = await PaidAsync();
        await complaints.Refund(paid.Booking, 20_000);
        await ClawBackAsync(paid.Compensation);

        var owing = await AskAgainAsync();
        var (fund, path) = (await complaints.Balance("fund"), $"/v1/compensations/{paid.Compensation}/returned");
        var less = await complaints.As("operator").PostAsync(path, new { reference = "b-1", amountFen = 19_999 });
        await complaints.As("operator").PostAsync(path, new { reference = "b-1", amountFen = 20_000 });
        var returned = await (await complaints.As("operator").PostAsync(
            path, new { reference = "b-1", amountFen = 20_000 })).Body<CompensationResponse>();
        var free = await AskAgainAsync();

        Assert.Contains(owing.Reasons, reason => reason is { Rule: "not-paid-yet", Passed: false });
        Assert.Equal("not-whole", await less.Code());
        Assert.Equal("returned", returned.State);
        Assert.Equal(20_000, await complaints.Balance("fund") - fund);
        Assert.Equal(0, await complaints.Balance($"receivable-of-claimant:{paid.Compensation}"));
        Assert.Equal(0, await OverpaidAsync(complaints, paid.Case));
        Assert.Contains(free.Reasons, reason => reason is { Rule: "not-paid-yet", Passed: true });

        async Task<CompensationResponse> AskAgainAsync()
        {
            var again = await ComplaintsFixture.File(
                complaints.As("tourist", paid.Account), ComplaintsFixture.Complaint(paid.Booking));
            return await (await complaints.As("operator").PostAsync($"/v1/compensations/of-case/{again.Id}"))
                .Body<CompensationResponse>();
        }
    }

    private async Task ClawBackAsync(Guid compensation, ComplaintsFixture? office = null)
    {
        for (var person = 0; person < 2; person++)
        {
            await (await (office ?? complaints).As("operator").PostAsync(
                $"/v1/compensations/{compensation}/claw-back", new { because = "另得退款" }))
                .Body<CompensationResponse>();
        }
    }

    private static Task<long> OverpaidAsync(ComplaintsFixture office, Guid id) =>
        office.Read(db => db.Cases.Where(row => row.Id == id).Select(row => row.OverpaidFen).SingleAsync());

    private async Task<(Guid Case, Guid Compensation, Guid Booking, Guid Merchant, Guid Account)> PaidAsync(
        ComplaintsFixture? at = null)
    {
        var office = at ?? complaints;
        var merchant = await office.Merchant(ComplaintsFixture.ClosedVenue);
        var (account, filed) = await office.Clear(merchant);
        await office.PaidOut(filed.Id);
        return (filed.Id, (await office.Compensation(filed.Id)).Id, filed.PurchaseId!.Value, merchant, account);
    }
}
