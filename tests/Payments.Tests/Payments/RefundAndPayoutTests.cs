using System.Net;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Payments.Payouts;
using Jingdezhen.Tourism.Payments.Refunds;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Payments.Tests.Payments;

public sealed class RefundAndPayoutTests(PaymentsFixture payments) : IClassFixture<PaymentsFixture>
{
    [Fact]
    public async Task Several_part_refunds_give_back_no_more_than_was_captured()
    {
        var asked = PaymentsFixture.Asked(amountFen: 10_000);
        await payments.CapturedAsync(asked);
        RequestRefund[] parts = [.. Enumerable.Range(0, 6).Select(_ => PaymentsFixture.Refund(asked, 3_000))];

        await Task.WhenAll(parts.Select(part => payments.Deliver(part, times: 2)));

        await Eventually.Equal(3, () => Task.FromResult(
            payments.PublishedSoFar<RefundSettled>().Count(message => message.PaymentKey == asked.Key)));
        await Eventually.Equal(3, () => Task.FromResult(payments.PublishedSoFar<RefundFailed>().Count(message =>
            message.PaymentKey == asked.Key && message.Reason == "refund-above-captured")));
        Assert.Equal(
            9_000, (await payments.Read(db => db.Payments.SingleAsync(row => row.Key == asked.Key))).RefundedFen);
    }

    [Fact]
    public async Task One_refund_asked_twice_at_once_is_paid_once()
    {
        var asked = PaymentsFixture.Asked();
        await payments.CapturedAsync(asked);
        var refund = PaymentsFixture.Refund(asked, asked.AmountFen);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => payments.Deliver(refund)));

        var settled = await payments.Published<RefundSettled>(message => message.Key == refund.Key);
        Assert.Equal(1, await payments.EntriesAsync($"refund:{settled.RefundId}"));
        Assert.Single(payments.PublishedSoFar<RefundSettled>(), message => message.Key == refund.Key);
    }

    [Fact]
    public async Task A_refund_that_fails_at_the_provider_leaves_the_money_to_be_refunded_again()
    {
        await using var own = new OwnFixture();
        await own.Fixture.InitializeAsync();
        var asked = PaymentsFixture.Asked();
        await own.Fixture.CapturedAsync(asked);
        await own.Fixture.BehaveAsync("refund-state", "failed");
        var first = PaymentsFixture.Refund(asked, asked.AmountFen);
        await own.Fixture.Deliver(first);
        await own.Fixture.Published<RefundFailed>(message => message.Key == first.Key);
        Assert.Equal(asked.AmountFen, await own.Fixture.BalanceAsync("held:sandbox"));

        var second = PaymentsFixture.Refund(asked, asked.AmountFen);
        await own.Fixture.Deliver(second);

        await own.Fixture.Published<RefundSettled>(message => message.Key == second.Key);
        Assert.Equal(0, await own.Fixture.BalanceAsync("held:sandbox"));
    }

    [Fact]
    public async Task A_refund_whose_answer_was_lost_is_not_made_again()
    {
        await using var own = new OwnFixture();
        await own.Fixture.InitializeAsync();
        var asked = PaymentsFixture.Asked();
        await own.Fixture.CapturedAsync(asked);
        await own.Fixture.BehaveAsync("refund", "lost");
        var refund = PaymentsFixture.Refund(asked, 500);
        await own.Fixture.Deliver(refund);

        await Eventually.Holds(async () =>
        {
            await own.Fixture.HurryAsync();
            return own.Fixture.PublishedSoFar<RefundSettled>().Count;
        }, settled => settled == 1);

        Assert.Equal(1, await own.Fixture.Read(db =>
            db.Set<Sandbox.SandboxCharge>().CountAsync(charge => charge.Kind == "refund")));
    }

    [Theory]
    [InlineData("nobody", 100, "CNY", "unknown-payment")]
    [InlineData("pending", 100, "CNY", "not-captured")]
    [InlineData("captured", 12_001, "CNY", "refund-above-captured")]
    [InlineData("captured", 0, "CNY", "wrong-amount")]
    [InlineData("captured", 100, "USD", "wrong-currency")]
    public async Task A_refund_that_cannot_be_is_refused_precisely(
        string of, long amountFen, string currency, string reason)
    {
        var asked = PaymentsFixture.Asked();
        if (of == "captured") await payments.CapturedAsync(asked);
        if (of == "pending") await payments.PendingAsync(asked);
        var refund = PaymentsFixture.Refund(asked, amountFen, currency: currency);
        var before = await payments.QuietBooksAsync();

        await payments.Deliver(refund);

        var failed = await payments.Published<RefundFailed>(message => message.Key == refund.Key);
        Assert.Equal(reason, failed.Reason);
        Assert.Equal(before, await payments.BooksAsync());
    }

    [Fact]
    public async Task By_http_a_refund_above_the_captured_sum_is_a_conflict()
    {
        var asked = PaymentsFixture.Asked();
        await payments.CapturedAsync(asked);
        var admin = payments.As("admin");
        admin.DefaultRequestHeaders.Add("Idempotency-Key", $"{Guid.CreateVersion7()}");
        var before = await payments.QuietBooksAsync();

        var answer = await admin.PostAsJsonAsync(new Uri("/v1/refunds", UriKind.Relative), new AskForRefundRequest(
            "by-hand", asked.Key, "booking", asked.SubjectId, asked.AmountFen + 1, "CNY", "goodwill"));

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("refund-above-captured", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(before, await payments.BooksAsync());
    }

    [Fact]
    public async Task Of_two_refunds_of_everything_at_once_one_is_made_and_the_other_refused()
    {
        await using var own = new OwnFixture();
        await own.Fixture.InitializeAsync();
        var asked = PaymentsFixture.Asked();
        await own.Fixture.CapturedAsync(asked);
        RequestRefund[] twins =
            [PaymentsFixture.Refund(asked, asked.AmountFen), PaymentsFixture.Refund(asked, asked.AmountFen)];

        await Task.WhenAll(twins.Select(twin => own.Fixture.Deliver(twin)));

        var settled = await own.Fixture.Published<RefundSettled>(message => message.PaymentKey == asked.Key);
        var failed = await own.Fixture.Published<RefundFailed>(message => message.PaymentKey == asked.Key);
        Assert.Equal("refund-above-captured", failed.Reason);
        Assert.Equal(twins.Select(twin => twin.Key).Order(), new[] { settled.Key, failed.Key }.Order());
        Assert.Equal(
            (0, 0), (await own.Fixture.BalanceAsync("held:sandbox"), await own.Fixture.BalanceAsync("payers:sandbox")));
        Assert.Equal(1, await own.Fixture.Read(db => db.Refunds.CountAsync()));
    }

    [Fact]
    public async Task A_payout_is_made_once_for_its_key()
    {
        var asked = new RequestPayout(
            $"case:{Guid.CreateVersion7()}", "compensation", Guid.CreateVersion7(), Guid.CreateVersion7(), 8_800,
            "CNY");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => payments.Deliver(asked)));

        var settled = await payments.Published<PayoutSettled>(message => message.Key == asked.Key);
        Assert.Equal((asked.PayeeId, asked.AmountFen), (settled.PayeeId, settled.AmountFen));
        Assert.Equal(1, await payments.EntriesAsync($"payout:{settled.PayoutId}"));
        Assert.Single(payments.PublishedSoFar<PayoutSettled>(), message => message.Key == asked.Key);
    }

    [Fact]
    public async Task A_payout_the_bank_refuses_comes_back_to_the_treasury()
    {
        await using var own = new OwnFixture();
        await own.Fixture.InitializeAsync();
        await own.Fixture.BehaveAsync("payout-state", "failed");
        var asked = new RequestPayout("host:1", "host", Guid.CreateVersion7(), Guid.CreateVersion7(), 700, "CNY");

        await own.Fixture.Deliver(asked);

        await own.Fixture.Published<PayoutFailed>(message => message.Key == asked.Key);
        Assert.Equal(
            (0, 0), (await own.Fixture.BalanceAsync("treasury"), await own.Fixture.BalanceAsync("paying-out")));
        Assert.Equal(PayoutState.Failed, (await own.Fixture.Read(db => db.Payouts.SingleAsync())).State);
    }

    private sealed class OwnFixture : IAsyncDisposable
    {
        public PaymentsFixture Fixture { get; } = new();

        public async ValueTask DisposeAsync() => await Fixture.DisposeAsync();
    }
}
