using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Refunds;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Payments.Tests.WeChat;

public sealed class WeChatFixture : PaymentsFixture, IAsyncLifetime
{
    internal WeChatSimulator WeChat { get; private set; } = null!;

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(base.Settings)
    {
        ["WeChat:BaseAddress"] = WeChat.Address.ToString(), ["WeChat:AppId"] = WeChatSimulator.AppId,
        ["WeChat:MerchantId"] = WeChatSimulator.MerchantId,
        ["WeChat:CertificateSerial"] = WeChatSimulator.MerchantSerial,
        ["WeChat:PrivateKeyPem"] = WeChat.MerchantPrivateKeyPem, ["WeChat:ApiV3Key"] = WeChatSimulator.ApiV3Key,
        ["WeChat:NotifyUrl"] = "https://pay.example/notices/wechat",
    };

    public new async Task InitializeAsync()
    {
        WeChat = new(Clock);
        await WeChat.StartAsync();
        await base.InitializeAsync();
    }

    public new async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await WeChat.DisposeAsync();
    }
}

/// <summary>Against a simulated WeChat Pay that checks what we sign and signs what we check.</summary>
public sealed class WeChatTests(WeChatFixture payments) : IClassFixture<WeChatFixture>
{
    [Fact]
    public async Task A_native_order_is_paid_by_its_code_and_captured_once_for_sixteen_notices_at_once()
    {
        var asked = PaymentsFixture.Asked(method: "wechat-native", amountFen: 8_800);
        var payment = await payments.PendingAsync(asked);
        Assert.Contains("weixin://wxpay/bizpayurl", payment.PayWith, StringComparison.Ordinal);
        payments.WeChat.Pay(payment.Id);
        var notices = Enumerable.Range(0, 16).Select(_ =>
            payments.WeChat.Notice("TRANSACTION.SUCCESS", payments.WeChat.Order(payment.Id), id: "EV-1")).ToArray();

        var answers = await Task.WhenAll(notices.Select(notice => payments.Anonymous().SendAsync(notice)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode));
        await payments.Published<PaymentCaptured>(message => message.Key == asked.Key);
        Assert.Equal(1, await payments.EntriesAsync($"capture:{payment.Id}"));
    }

    [Fact]
    public async Task The_same_notice_on_the_published_schedule_of_a_day_has_one_effect()
    {
        var own = new WeChatFixture();
        await own.InitializeAsync();
        try
        {
            var asked = PaymentsFixture.Asked(method: "wechat-native");
            var payment = await own.PendingAsync(asked);
            own.WeChat.Pay(payment.Id);
            var order = own.WeChat.Order(payment.Id);

            foreach (var pause in WeChatSimulator.Schedule)
            {
                own.Clock.Advance(pause);
                var answers = await Task.WhenAll(
                    own.Anonymous().SendAsync(own.WeChat.Notice("TRANSACTION.SUCCESS", order, id: "EV-1")),
                    own.Anonymous().SendAsync(own.WeChat.Notice(
                        "TRANSACTION.SUCCESS", order, change: inside => inside["trade_state"] = "NOTPAY")));

                Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode));
            }

            Assert.Equal(16, WeChatSimulator.Schedule.Length);
            await own.Published<PaymentCaptured>(message => message.Key == asked.Key);
            Assert.Single(own.PublishedSoFar<PaymentCaptured>());
            Assert.Equal(1, await own.EntriesAsync($"capture:{payment.Id}"));
            Assert.Equal(asked.AmountFen, await own.BalanceAsync("held:wechat"));
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_notice_that_cannot_be_settled_within_the_platforms_five_seconds_comes_again()
    {
        var asked = PaymentsFixture.Asked(method: "wechat-native");
        var payment = await payments.PendingAsync(asked);
        payments.WeChat.Pay(payment.Id);
        await using var database = NpgsqlDataSource.Create(payments.OwnerConnection);
        await using var connection = await database.OpenConnectionAsync();
        await using var hold = await connection.BeginTransactionAsync();
        await using (
            var locking = new NpgsqlCommand($"SELECT 1 FROM payments WHERE id = '{payment.Id}' FOR UPDATE", connection))
        {
            await locking.ExecuteNonQueryAsync();
        }

        var early = await payments.Anonymous().SendAsync(
            payments.WeChat.Notice("TRANSACTION.SUCCESS", payments.WeChat.Order(payment.Id), id: "EV-slow"));
        await hold.RollbackAsync();
        var again = await payments.Anonymous().SendAsync(
            payments.WeChat.Notice("TRANSACTION.SUCCESS", payments.WeChat.Order(payment.Id), id: "EV-slow"));

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, HttpStatusCode.NoContent), (early.StatusCode, again.StatusCode));
        await payments.Published<PaymentCaptured>(message => message.Key == asked.Key);
        Assert.Equal(1, await payments.EntriesAsync($"capture:{payment.Id}"));
    }

    [Theory]
    [InlineData(403, "NOT_ENOUGH")]
    [InlineData(429, "FREQUENCY_LIMITED")]
    [InlineData(500, "SYSTEM_ERROR")]
    public async Task A_refund_that_the_platform_puts_off_is_asked_for_again(int status, string code)
    {
        var (asked, refund) = await CapturedAsync();
        payments.WeChat.RefundRefusals.Enqueue((status, code));
        await payments.Deliver(refund);
        var before = payments.WeChat.Refunds;

        var row = await Eventually.Holds(async () =>
        {
            await payments.HurryAsync();
            return await payments.Read(db => db.Refunds.AsNoTracking().SingleAsync(one => one.Key == refund.Key));
        }, one => one.State == RefundState.Requested && payments.WeChat.Refunds == before + 1);

        await payments.Anonymous().SendAsync(
            payments.WeChat.Notice("REFUND.SUCCESS", payments.WeChat.EndRefund(row.Id, "SUCCESS")));
        await payments.Published<RefundSettled>(message => message.Key == refund.Key);
        Assert.Equal(asked.AmountFen, refund.AmountFen);
    }

    [Fact]
    public async Task A_refund_that_the_platform_will_not_make_fails_and_leaves_the_money_where_it_was()
    {
        var (_, refund) = await CapturedAsync();
        var held = await payments.BalanceAsync("held:wechat");
        payments.WeChat.RefundRefusals.Enqueue((403, "USER_ACCOUNT_ABNORMAL"));

        await payments.Deliver(refund);

        var failed = await payments.Published<RefundFailed>(message => message.Key == refund.Key);
        Assert.Equal("USER_ACCOUNT_ABNORMAL", failed.Reason);
        Assert.Equal(held, await payments.BalanceAsync("held:wechat"));
    }

    [Fact]
    public async Task Whoever_names_unknown_certificates_does_not_make_us_ask_the_platform_each_time()
    {
        var payment = await payments.PendingAsync(PaymentsFixture.Asked(method: "wechat-native"));
        var asked = payments.WeChat.CertificateCalls;

        for (var turn = 0; turn < 5; turn++)
        {
            var notice = payments.WeChat.Notice("TRANSACTION.SUCCESS", PaidCopy(payment.Id));
            notice.Headers.Remove("Wechatpay-Serial");
            notice.Headers.Add("Wechatpay-Serial", $"{turn:X40}");
            Assert.Equal(HttpStatusCode.Unauthorized, (await payments.Anonymous().SendAsync(notice)).StatusCode);
        }

        Assert.InRange(payments.WeChat.CertificateCalls - asked, 0, 1);
    }

    [Fact]
    public async Task A_jsapi_order_waits_for_the_payers_openid_and_is_signed_for_the_app()
    {
        var payer = Guid.CreateVersion7();
        var asked = PaymentsFixture.Asked(method: "wechat-jsapi", account: payer);
        await payments.Deliver(asked);
        var requested = await payments.StateAsync(asked.Key, PaymentState.Requested);

        (await payments.As("tourist", payer).PostAsJsonAsync(
            new Uri($"/v1/payments/{requested.Id}/payer", UriKind.Relative), new NamePayerRequest("oUpF8uMuAJO")))
        .EnsureSuccessStatusCode();

        var payment = await payments.StateAsync(asked.Key, PaymentState.Pending);
        var app = JsonSerializer.Deserialize<JsonElement>(payment.PayWith!);
        using var key = RSA.Create();
        key.ImportFromPem(payments.WeChat.MerchantPrivateKeyPem);
        Assert.True(key.VerifyData(
            Encoding.UTF8.GetBytes(
                $"{Text("appId")}\n{Text("timeStamp")}\n{Text("nonceStr")}\n{Text("package")}\n"),
            Convert.FromBase64String(Text("paySign")), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

        string Text(string name) => app.GetProperty(name).GetString()!;
    }

    [Fact]
    public async Task A_notice_that_is_not_the_platforms_changes_nothing()
    {
        var asked = PaymentsFixture.Asked(method: "wechat-native");
        var payment = await payments.PendingAsync(asked);
        var order = PaidCopy(payment.Id);
        var before = await payments.QuietBooksAsync();
        (string Lie, HttpRequestMessage Notice)[] lies =
        [
            ("another key", payments.WeChat.Notice("TRANSACTION.SUCCESS", order, withForeignKey: true)),
            ("an old one again", payments.WeChat.Notice("TRANSACTION.SUCCESS", order, secondsAgo: 301)),
            ("changed on the way", payments.WeChat.Notice("TRANSACTION.SUCCESS", order, onTheWay: body =>
                body.Replace("encrypt-resource", "encrypt-resourcE", StringComparison.Ordinal))),
            ("another sum",
                payments.WeChat.Notice("TRANSACTION.SUCCESS", order, change: inside => inside["amount"]!["total"] = 1)),
            ("another currency", payments.WeChat.Notice("TRANSACTION.SUCCESS", order,
                change: inside => inside["amount"]!["currency"] = "USD")),
            ("no signature", Unsigned(payments.WeChat.Notice("TRANSACTION.SUCCESS", order))),
            ("a probe", Unsigned(payments.WeChat.Notice("TRANSACTION.SUCCESS", order), "WECHATPAY/SIGNTEST/abc")),
            ("nothing to read", payments.WeChat.Notice("TRANSACTION.SUCCESS", order, change: inside => inside.Clear())),
            ("an unknown payment", payments.WeChat.Notice("TRANSACTION.SUCCESS", order,
                change: inside => inside["out_trade_no"] = Guid.CreateVersion7().ToString("N"))),
        ];
        foreach (var (lie, notice) in lies)
        {
            var answer = await payments.Anonymous().SendAsync(notice);

            Assert.True((int)answer.StatusCode is 400 or 401, lie);
            Assert.Equal(before, await payments.BooksAsync());
        }
    }

    [Fact]
    public async Task A_new_platform_certificate_is_fetched_when_it_is_first_met()
    {
        var asked = PaymentsFixture.Asked(method: "wechat-native");
        var payment = await payments.PendingAsync(asked);
        payments.WeChat.RotateCertificate();
        payments.WeChat.Pay(payment.Id);
        payments.Clock.Advance(TimeSpan.FromSeconds(11));

        var answer = await payments.Anonymous().SendAsync(
            payments.WeChat.Notice("TRANSACTION.SUCCESS", payments.WeChat.Order(payment.Id)));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        await payments.StateAsync(asked.Key, PaymentState.Captured);
    }

    [Fact]
    public async Task Paid_without_a_notice_the_query_finds_it()
    {
        var asked = PaymentsFixture.Asked(method: "wechat-native");
        var payment = await payments.PendingAsync(asked);
        payments.WeChat.Pay(payment.Id);

        await payments.HurryAsync();

        await payments.Published<PaymentCaptured>(message => message.Key == asked.Key);
    }

    [Fact]
    public async Task A_refund_whose_answer_was_lost_is_made_once_and_settled_by_its_notice()
    {
        var asked = PaymentsFixture.Asked(method: "wechat-native", amountFen: 5_000);
        var payment = await payments.PendingAsync(asked);
        payments.WeChat.Pay(payment.Id);
        await payments.Anonymous()
            .SendAsync(payments.WeChat.Notice("TRANSACTION.SUCCESS", payments.WeChat.Order(payment.Id)));
        var before = payments.WeChat.Refunds;
        payments.WeChat.LoseAnswers = 1;
        var refund = PaymentsFixture.Refund(asked, 2_000);
        await payments.Deliver(refund);
        var row = await Eventually.Holds(
            () => payments.Read(db => db.Refunds.AsNoTracking().SingleOrDefaultAsync(one => one.Key == refund.Key)),
            one => one is { Attempts: 1 });
        await Eventually.Equal(before + 1, () => Task.FromResult(payments.WeChat.Refunds));
        await payments.HurryAsync();

        var notice = payments.WeChat.Notice("REFUND.SUCCESS", payments.WeChat.EndRefund(row!.Id, "SUCCESS"));
        Assert.Equal(HttpStatusCode.NoContent, (await payments.Anonymous().SendAsync(notice)).StatusCode);

        await payments.Published<RefundSettled>(message => message.Key == refund.Key);
        Assert.Equal(before + 1, payments.WeChat.Refunds);
        Assert.Equal(1, await payments.EntriesAsync($"refund:{row.Id}"));
    }

    [Fact]
    public async Task An_expired_order_is_closed_there_too()
    {
        var asked = PaymentsFixture.Asked(method: "wechat-native", within: TimeSpan.FromSeconds(3));
        await payments.Deliver(asked);

        var payment = await payments.StateAsync(asked.Key, PaymentState.Expired);

        Assert.Equal("CLOSED", payments.WeChat.Order(payment.Id)["trade_state"]!.GetValue<string>());
    }

    [Fact]
    public async Task Every_request_of_ours_was_signed_as_the_platform_wants_it()
    {
        await payments.PendingAsync(PaymentsFixture.Asked(method: "wechat-native"));

        Assert.Empty(payments.WeChat.Refused);
    }

    private async Task<(RequestPayment Asked, RequestRefund Refund)> CapturedAsync()
    {
        var asked = PaymentsFixture.Asked(method: "wechat-native", amountFen: 5_000);
        var payment = await payments.PendingAsync(asked);
        payments.WeChat.Pay(payment.Id);
        await payments.Anonymous().SendAsync(
            payments.WeChat.Notice("TRANSACTION.SUCCESS", payments.WeChat.Order(payment.Id)));
        await payments.StateAsync(asked.Key, PaymentState.Captured);
        return (asked, PaymentsFixture.Refund(asked, asked.AmountFen));
    }

    private static HttpRequestMessage Unsigned(HttpRequestMessage notice, string? signature = null)
    {
        notice.Headers.Remove("Wechatpay-Signature");
        if (signature is not null) notice.Headers.Add("Wechatpay-Signature", signature);
        return notice;
    }

    private JsonObject PaidCopy(Guid id)
    {
        var copy = JsonNode.Parse(payments.WeChat.Order(id).ToJsonString())!.AsObject();
        (copy["trade_state"], copy["transaction_id"], copy["success_time"]) =
            ("SUCCESS", "42", "2026-05-01T12:00:00+08:00");
        return copy;
    }
}
