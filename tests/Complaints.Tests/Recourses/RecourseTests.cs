using Jingdezhen.Tourism.Complaints.Recourses;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Jingdezhen.Tourism.Complaints.Tests.Recourses;

public sealed class RecourseTests(ComplaintsFixture complaints) : IClassFixture<ComplaintsFixture>
{
    [Fact]
    public async Task A_merchant_that_does_not_pay_in_time_is_suspended_once_and_sells_again_when_it_has_paid()
    {
        var (merchant, owed) = await OwedAsync();

        await OverdueAsync();
        await OverdueAsync();
        await complaints.Published<MerchantSuspended>(message => message.MerchantId == merchant
            && message.Version == 1);
        var captured = Captured(owed, 20_000);
        await complaints.Deliver(captured, times: 2);

        await complaints.Published<MerchantReinstated>(message => message.MerchantId == merchant
            && message.Version == 2);
        Assert.Single(complaints.PublishedSoFar<MerchantSuspended>(), message => message.MerchantId == merchant);
        Assert.Equal("repaid", (await FindAsync(merchant)).State);
        Assert.Equal(0, await complaints.Balance($"receivable:{merchant}"));
        await complaints.Published<RecourseSettled>(message => message.RecourseId == owed
            && message.Outcome == "repaid");
    }

    [Fact]
    public async Task A_merchant_pays_in_parts_and_what_it_pays_too_much_goes_back()
    {
        var (merchant, owed) = await OwedAsync();
        await complaints.Deliver(Captured(owed, 15_000));

        var last = Captured(owed, 15_000);
        await complaints.Deliver(last);

        var excess = await complaints.Published<RequestRefund>(message => message.PaymentKey == last.Key);
        Assert.Equal(10_000, excess.AmountFen);
        Assert.Equal(20_000, (await FindAsync(merchant)).RepaidFen);
    }

    [Theory, InlineData(true, 11_000), InlineData(false, 6_000)]
    public async Task Two_repayments_at_once_both_count_because_each_waits_for_the_merchants_standing(
        bool guarded, long counted)
    {
        var office = await ComplaintsFixture.With(("Guards:StandingLock", $"{guarded}"));
        var at = new RecourseTests(office);
        var (merchant, owed) = await at.OwedAsync();
        var account = $"receivable:{merchant}";

        // Who comes first makes the standing, and nobody passes it.
        await office.Deliver(at.Captured(owed, 1_000));

        // Whoever has read the debt stops here, before it writes.
        await using var held = NpgsqlDataSource.Create(office.OwnerConnection);
        await using var ledger = await held.OpenConnectionAsync();
        var pause = await ledger.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand(
            $"SELECT FROM ledger_accounts WHERE code = '{account}' FOR UPDATE", ledger);
        await hold.ExecuteNonQueryAsync();
        var repayments = Task.WhenAll(
            office.Deliver(at.Captured(owed, 5_000)), office.Deliver(at.Captured(owed, 5_000)));
        await using var waiting = held.CreateCommand(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'
            """);
        await Eventually.Equal(2L, async () => (long)(await waiting.ExecuteScalarAsync())!);
        await pause.RollbackAsync();
        await repayments;

        Assert.Equal(counted, (await at.FindAsync(merchant)).RepaidFen);
        Assert.Equal(9_000, await office.Balance(account));
        await office.DisposeAsync();
    }

    [Fact]
    public async Task A_hosts_debt_is_taken_out_of_its_next_payouts()
    {
        var (merchant, owed) = await OwedAsync("host");
        await (await complaints.As("operator").PostAsync($"/v1/recourse/{owed}/offset")).Body<RecourseResponse>();
        await complaints.Published<RecourseDeducted>(message => message.RecourseId == owed
            && message.AmountFen == 20_000);

        foreach (var part in (long[])[12_000, 8_000])
        {
            await complaints.Deliver(new HostPaid(
                Guid.CreateVersion7(), merchant, Guid.CreateVersion7(), 50_000, part, 50_000 - part), times: 2);
        }

        var recourse = await FindAsync(merchant);
        Assert.Equal(("repaid", 20_000), (recourse.State, recourse.RepaidFen));
        await complaints.Published<RecourseSettled>(
            message => message.RecourseId == owed && message.AmountFen == 12_000);
        await complaints.Published<RecourseSettled>(
            message => message.RecourseId == owed && message.AmountFen == 8_000);
        Assert.Equal(2, complaints.PublishedSoFar<RecourseSettled>()
            .Count(message => message.RecourseId == owed && message.Outcome == "deducted"));
    }

    [Fact]
    public async Task A_settled_debt_names_the_village_of_the_homestay_that_the_case_is_about()
    {
        var (merchant, account) = (await complaints.Join("host", ComplaintsFixture.ClosedVenue), Guid.CreateVersion7());
        var purchase = await complaints.Booking(account, merchant, closed: true);
        var day = DateOnly.FromDateTime(complaints.Now.Date);
        await complaints.Deliver(new StayConfirmed(
            purchase, OrderId: null, account, Guid.CreateVersion7(), Guid.CreateVersion7(), merchant,
            Guid.CreateVersion7(), Village: "三宝村", "Zhushan", ResidentRun: true, day.AddDays(-2), day.AddDays(-1),
            Guests: 2, "app", Source: null, Campaign: null, GuestKey: null, CountryOfResidence: null, PriceFen: 20_000,
            "CNY", "payment"));
        var filed = await ComplaintsFixture.File(
            complaints.As("tourist", account), ComplaintsFixture.Complaint(purchase));
        await complaints.PaidOut(filed.Id);

        await complaints.Deliver(Captured((await FindAsync(merchant)).Id, 20_000));

        await complaints.Published<RecourseSettled>(
            message => message.CaseId == filed.Id && message.Village == "三宝村");
    }

    [Theory, InlineData("write-off", "written-off"), InlineData("not-liable", "not-liable"),
        InlineData("repaid", "repaid")]
    public async Task Ending_a_debt_on_peoples_word_takes_two_of_them(string step, string end)
    {
        var (merchant, owed) = await OwedAsync();
        var body = new { reference = $"bank-{merchant:N}", amountFen = 20_000 };
        var first = complaints.As("operator");

        var proposed = await (await first.PostAsync($"/v1/recourse/{owed}/{step}", body)).Body<RecourseResponse>();
        var alone = await first.PostAsync($"/v1/recourse/{owed}/{step}", body);
        var owedStill = await complaints.Balance($"receivable:{merchant}");
        var both = await (await complaints.As("operator").PostAsync($"/v1/recourse/{owed}/{step}", body))
            .Body<RecourseResponse>();

        Assert.Equal(("demanded", 20_000), (proposed.State, proposed.LeftFen));
        Assert.NotNull(proposed.Proposed);
        Assert.Equal("second-person-needed", await alone.Code());
        Assert.Equal(20_000, owedStill);
        Assert.Equal((end, 0), (both.State, both.LeftFen));
        Assert.Equal(0, await complaints.Balance($"receivable:{merchant}"));
        await complaints.Published<RecourseSettled>(message => message.RecourseId == owed && message.Outcome == end
            && message is { County: "Zhushan", Category: "ticket" });
    }

    [Fact]
    public async Task Another_word_in_between_is_a_proposal_of_its_own()
    {
        var (_, owed) = await OwedAsync();
        await complaints.As("operator").PostAsync($"/v1/recourse/{owed}/write-off");

        var other = await (await complaints.As("operator").PostAsync($"/v1/recourse/{owed}/not-liable"))
            .Body<RecourseResponse>();

        Assert.Equal("demanded", other.State);
    }

    [Fact]
    public async Task One_transfer_is_counted_once_whatever_debt_it_is_named_for()
    {
        var (_, owed) = await OwedAsync();
        var body = new { reference = $"bank-{owed:N}", amountFen = 5_000 };
        await complaints.As("operator").PostAsync($"/v1/recourse/{owed}/repaid", body);
        await complaints.As("operator").PostAsync($"/v1/recourse/{owed}/repaid", body);

        var again = await complaints.As("operator").PostAsync($"/v1/recourse/{owed}/repaid", body);

        Assert.Equal("reference-used", await again.Code());
    }

    [Fact]
    public async Task A_supplier_whom_we_do_not_pay_has_no_payouts_to_take_from()
    {
        var (_, owed) = await OwedAsync();

        var refused = await complaints.As("operator").PostAsync($"/v1/recourse/{owed}/offset");

        Assert.Equal("no-payouts", await refused.Code());
    }

    [Fact]
    public async Task A_merchant_asks_to_pay_its_own_debt_and_nobody_elses()
    {
        var (merchant, owed) = await OwedAsync();

        var stranger = await complaints.As("merchant", merchant: Guid.CreateVersion7())
            .PostAsync($"/v1/recourse/{owed}/pay", new { method = "sandbox" });
        var asked = await (await complaints.As("merchant", merchant: merchant)
            .PostAsync($"/v1/recourse/{owed}/pay", new { method = "sandbox" })).Body<RepaymentAskedResponse>();

        Assert.Equal(System.Net.HttpStatusCode.NotFound, stranger.StatusCode);
        await complaints.Published<RequestPayment>(message => message.Key == asked.PaymentKey
            && message.AmountFen == 20_000);
    }

    private PaymentCaptured Captured(Guid recourse, long amountFen) => new(
        Guid.CreateVersion7(), $"recourse:{recourse}:{Guid.CreateVersion7()}", "recourse", recourse, amountFen, "CNY",
            "sandbox",
        complaints.Now, false);

    private async Task<(Guid Merchant, Guid Recourse)> OwedAsync(string kind = "supplier")
    {
        var merchant = await complaints.Join(kind, ComplaintsFixture.ClosedVenue);
        var (_, filed) = await complaints.Clear(merchant);
        await complaints.PaidOut(filed.Id);
        return (merchant, (await FindAsync(merchant)).Id);
    }

    private async Task<RecourseResponse> FindAsync(Guid merchant) =>
        Assert.Single(await complaints.As("admin").Get<List<RecourseResponse>>($"/v1/recourse?merchant={merchant}"));

    private async Task OverdueAsync()
    {
        await using var scope = complaints.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<RecourseDesk>()
            .SuspendOverdueAsync(complaints.Now.AddDays(8), CancellationToken.None);
    }
}
