using System.Text.Json;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Payments.Tests.Alipay;

public sealed class AlipayFixture : PaymentsFixture, IAsyncLifetime
{
    internal AlipaySimulator Alipay { get; } = new();

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(base.Settings)
    {
        ["Alipay:Gateway"] = Alipay.Gateway.ToString(), ["Alipay:AppId"] = AlipaySimulator.AppId,
        ["Alipay:SellerId"] = AlipaySimulator.SellerId, ["Alipay:PrivateKeyPem"] = Alipay.ApplicationPrivateKeyPem,
        ["Alipay:AlipayPublicKeyPem"] = Alipay.PublicKeyPem,
        ["Alipay:NotifyUrl"] = "https://pay.example/notices/alipay",
        ["Alipay:ReturnUrl"] = "https://pay.example/paid",
    };

    public new async Task InitializeAsync()
    {
        await Alipay.StartAsync();
        await base.InitializeAsync();
    }

    public new async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Alipay.DisposeAsync();
    }
}

/// <summary>Against a simulated Alipay that checks what we sign and signs what we check.</summary>
public sealed class AlipayTests(AlipayFixture payments) : IClassFixture<AlipayFixture>
{
    [Theory, InlineData("alipay-page"), InlineData("alipay-app")]
    public async Task A_signed_order_is_opened_paid_and_captured_once_for_sixteen_notices_at_once(string method)
    {
        var asked = PaymentsFixture.Asked(method: method, amountFen: 12_345);
        var payment = await OpenedAsync(payments, asked);
        payments.Alipay.Pay(payment.Id);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ =>
            payments.Anonymous().SendAsync(payments.Alipay.Notice(payment.Id))));

        foreach (var answer in answers) Assert.Equal("success", await answer.Content.ReadAsStringAsync());
        var captured = await payments.Published<PaymentCaptured>(message => message.Key == asked.Key);
        Assert.Equal(12_345, captured.AmountFen);
        Assert.Equal(1, await payments.EntriesAsync($"capture:{payment.Id}"));
    }

    [Fact]
    public async Task The_same_notice_on_the_published_schedule_of_a_day_has_one_effect()
    {
        var own = new AlipayFixture();
        await own.InitializeAsync();
        try
        {
            var asked = PaymentsFixture.Asked(method: "alipay-page");
            var payment = await OpenedAsync(own, asked);
            own.Alipay.Pay(payment.Id);

            foreach (var pause in AlipaySimulator.Schedule)
            {
                own.Clock.Advance(pause);
                var answers = await Task.WhenAll(
                    own.Anonymous().SendAsync(own.Alipay.Notice(payment.Id)),
                    own.Anonymous()
                        .SendAsync(own.Alipay.Notice(payment.Id, fields => fields["trade_status"] = "WAIT_BUYER_PAY")));

                foreach (var answer in answers) Assert.Equal("success", await answer.Content.ReadAsStringAsync());
            }

            await own.Published<PaymentCaptured>(message => message.Key == asked.Key);
            Assert.Single(own.PublishedSoFar<PaymentCaptured>());
            Assert.Equal(asked.AmountFen, await own.BalanceAsync("held:alipay"));
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_refund_waits_for_the_sellers_balance_and_fails_where_the_trade_is_over()
    {
        var asked = PaymentsFixture.Asked(method: "alipay-page");
        var payment = await OpenedAsync(payments, asked);
        payments.Alipay.Pay(payment.Id);
        await payments.Anonymous().SendAsync(payments.Alipay.Notice(payment.Id));
        await payments.StateAsync(asked.Key, PaymentState.Captured);
        var (waiting, failing) = (PaymentsFixture.Refund(asked, 1_000), PaymentsFixture.Refund(asked, 2_000));

        payments.Alipay.RefundRefusals.Enqueue("ACQ.SELLER_BALANCE_NOT_ENOUGH");
        await payments.Deliver(waiting);
        await Eventually.Holds(async () =>
        {
            await payments.HurryAsync();
            return payments.PublishedSoFar<RefundSettled>().Count(message => message.Key == waiting.Key);
        }, settled => settled == 1);
        payments.Alipay.RefundRefusals.Enqueue("ACQ.TRADE_HAS_FINISHED");
        await payments.Deliver(failing);

        var failed = await payments.Published<RefundFailed>(message => message.Key == failing.Key);
        Assert.Equal("ACQ.TRADE_HAS_FINISHED", failed.Reason);
        Assert.Equal(
            1_000, (await payments.Read(db => db.Payments.SingleAsync(row => row.Key == asked.Key))).RefundedFen);
    }

    [Fact]
    public async Task A_notice_that_is_not_alipays_or_not_for_us_changes_nothing()
    {
        var payment = await OpenedAsync(payments, PaymentsFixture.Asked(method: "alipay-page"));
        var before = await payments.QuietBooksAsync();
        (string Lie, HttpRequestMessage Notice)[] lies =
        [
            ("another key", payments.Alipay.Notice(payment.Id, withForeignKey: true)),
            ("changed on the way",
                payments.Alipay.Notice(payment.Id, onTheWay: fields => fields["total_amount"] = "0.01")),
            ("no signature", payments.Alipay.Notice(payment.Id, onTheWay: fields => fields.Remove("sign"))),
            ("another sign type", payments.Alipay.Notice(payment.Id, onTheWay: fields => fields["sign_type"] = "RSA")),
            ("another sum", payments.Alipay.Notice(payment.Id, fields => fields["total_amount"] = "119.99")),
            ("no sum", payments.Alipay.Notice(payment.Id, fields => fields["total_amount"] = "viel")),
            ("another application",
                payments.Alipay.Notice(payment.Id, fields => fields["app_id"] = "2021000000000002")),
            ("another seller", payments.Alipay.Notice(payment.Id, fields => fields["seller_id"] = "2088000000000002")),
            ("an unknown payment", payments.Alipay.Notice(Guid.CreateVersion7())),
        ];
        foreach (var (lie, notice) in lies)
        {
            var answer = await payments.Anonymous().SendAsync(notice);

            Assert.False(await answer.Content.ReadAsStringAsync() == "success", lie);
            Assert.Equal(before, await payments.BooksAsync());
        }
    }

    [Fact]
    public async Task Paid_without_a_notice_the_query_finds_it()
    {
        var asked = PaymentsFixture.Asked(method: "alipay-app");
        var payment = await OpenedAsync(payments, asked);
        payments.Alipay.Pay(payment.Id);

        await payments.HurryAsync();

        await payments.Published<PaymentCaptured>(message => message.Key == asked.Key);
    }

    [Fact]
    public async Task A_refund_whose_answer_was_lost_is_made_once_by_its_request_number()
    {
        var asked = PaymentsFixture.Asked(method: "alipay-page", amountFen: 9_000);
        var payment = await OpenedAsync(payments, asked);
        payments.Alipay.Pay(payment.Id);
        await payments.Anonymous().SendAsync(payments.Alipay.Notice(payment.Id));
        await payments.StateAsync(asked.Key, PaymentState.Captured);
        var before = payments.Alipay.Refunds;
        payments.Alipay.LoseAnswers = 1;
        var refund = PaymentsFixture.Refund(asked, 4_500);
        await payments.Deliver(refund);
        await Eventually.Equal(before + 1, () => Task.FromResult(payments.Alipay.Refunds));

        await Eventually.Holds(async () =>
        {
            await payments.HurryAsync();
            return payments.PublishedSoFar<RefundSettled>().Count(message => message.Key == refund.Key);
        }, settled => settled == 1);

        Assert.Equal(before + 1, payments.Alipay.Refunds);
    }

    [Fact]
    public async Task An_order_nobody_opened_expires_without_a_trade()
    {
        var asked = PaymentsFixture.Asked(method: "alipay-page", within: TimeSpan.FromSeconds(3));

        await payments.Deliver(asked);

        await payments.StateAsync(asked.Key, PaymentState.Expired);
        Assert.Empty(payments.Alipay.Refused);
    }

    private static async Task<Payment> OpenedAsync(AlipayFixture at, RequestPayment asked)
    {
        var payment = await at.PendingAsync(asked);
        var app = JsonSerializer.Deserialize<JsonElement>(payment.PayWith!);
        at.Alipay.Open(app.TryGetProperty("url", out var url)
            ? new Uri(url.GetString()!).Query
            : app.GetProperty("orderString").GetString()!);
        return payment;
    }
}
