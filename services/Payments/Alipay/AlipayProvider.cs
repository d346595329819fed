using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Providers;
using Jingdezhen.Tourism.Payments.Refunds;

namespace Jingdezhen.Tourism.Payments.Alipay;

/// <summary>
/// Alipay's open platform: page and app pay are signed here and opened by the payer's app, so nothing is sent to begin;
/// query, close and refund are calls. Our payment's id is <c>out_trade_no</c>, a refund's is <c>out_request_no</c>.
/// </summary>
internal sealed class AlipayProvider(
    IHttpClientFactory http, AlipayOptions options, AlipaySignatures signatures, TimeProvider clock) : IPaymentProvider
{
    public const string ProviderName = "alipay";

    private const string Succeeded = "10000";
    private static readonly TimeSpan ChinaOffset = TimeSpan.FromHours(8);
    private static readonly JsonSerializerOptions Json =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Name => ProviderName;

    public bool Takes(string method) => options.AppId is not null && method is ("alipay-page" or "alipay-app");

    public Task<ProviderAnswer> StartAsync(Payment payment, CancellationToken cancellation)
    {
        var page = payment.Method == "alipay-page";
        var query = Query(page ? "alipay.trade.page.pay" : "alipay.trade.app.pay", new
        {
            out_trade_no = payment.Id.ToString("N"), total_amount = AlipaySignatures.Yuan(payment.AmountFen),
            subject = "景德镇旅游 Jingdezhen Tourism",
            product_code = page ? "FAST_INSTANT_TRADE_PAY" : "QUICK_MSECURITY_PAY",
            time_expire = ChinaTime(payment.ExpiresAt),
        });
        return Task.FromResult(new ProviderAnswer(Outcome.Pending, PayWith: JsonSerializer.Serialize(page
            ? new Dictionary<string, string> { ["url"] = $"{options.Gateway}?{query}" }
            : new() { ["orderString"] = query })));
    }

    public async Task<ProviderAnswer> QueryAsync(Payment payment, CancellationToken cancellation)
    {
        var answer =
            await CallAsync("alipay.trade.query", new { out_trade_no = payment.Id.ToString("N") }, cancellation);
        return CodeOf(answer) == Succeeded ? AnswerOf(name => Text(answer, name))
            : Text(answer, "sub_code") == "ACQ.TRADE_NOT_EXIST" ? new(Outcome.NotFound)
            : Unclear(answer);
    }

    public Task<ProviderAnswer> CaptureAsync(Payment payment, CancellationToken cancellation) =>
        QueryAsync(payment, cancellation);

    public async Task<ProviderAnswer> CloseAsync(Payment payment, CancellationToken cancellation)
    {
        var answer =
            await CallAsync("alipay.trade.close", new { out_trade_no = payment.Id.ToString("N") }, cancellation);

        // No payer has opened it, so Alipay has no trade; the signed order dies of its own time_expire.
        if (CodeOf(answer) == Succeeded || Text(answer, "sub_code") == "ACQ.TRADE_NOT_EXIST") return new(
            Outcome.Closed);

        return await QueryAsync(payment, cancellation) switch
        {
            { Outcome: Outcome.Pending } => Unclear(answer),
            var known => known,
        };
    }

    public async Task<ProviderAnswer> RefundAsync(Refund refund, Payment payment, CancellationToken cancellation)
    {
        var answer = await CallAsync("alipay.trade.refund", new
        {
            out_trade_no = payment.Id.ToString("N"), refund_amount = AlipaySignatures.Yuan(refund.AmountFen),
            out_request_no = refund.Id.ToString("N"), refund_reason = refund.Reason,
        }, cancellation);

        // fund_change N means that this call moved nothing, which is what a repeated one says: the query knows.
        return CodeOf(answer) == Succeeded
            ? Text(answer, "fund_change") == "Y"
                ? new(Outcome.Done, Text(answer, "trade_no"))
                : await QueryRefundAsync(refund, payment, cancellation)
            : CodeOf(answer) == "40004"
                && Text(answer, "sub_code") is not ("ACQ.SYSTEM_ERROR" or "ACQ.SELLER_BALANCE_NOT_ENOUGH")
                ? new(Outcome.Failed, Reason: Text(answer, "sub_code"))
            : Unclear(answer);
    }

    public async Task<ProviderAnswer> QueryRefundAsync(Refund refund, Payment payment, CancellationToken cancellation)
    {
        var answer = await CallAsync("alipay.trade.fastpay.refund.query", new
        {
            out_trade_no = payment.Id.ToString("N"), out_request_no = refund.Id.ToString("N"),
        }, cancellation);
        return CodeOf(answer) != Succeeded
            ? Text(answer, "sub_code") == "ACQ.TRADE_NOT_EXIST" ? new(Outcome.NotFound) : Unclear(answer)
            : Text(answer, "refund_status") == "REFUND_SUCCESS"
                ? new(Outcome.Done, Text(answer, "trade_no"), AlipaySignatures.Fen(Text(answer, "refund_amount")))

            // Without a status the refund does not exist there.
            : new(Outcome.NotFound);
    }

    /// <summary>What a trade says, in a query or in a notice.</summary>
    public static ProviderAnswer AnswerOf(Func<string, string?> field) => field("trade_status") switch
    {
        // An amount that cannot be read is not a match: it must not pass as "none given".
        "TRADE_SUCCESS" or "TRADE_FINISHED" => new(
            Outcome.Done, field("trade_no"), AlipaySignatures.Fen(field("total_amount")) ?? -1, "CNY", PaidAt(field)),
        "WAIT_BUYER_PAY" => new(Outcome.Pending),
        "TRADE_CLOSED" => new(Outcome.Closed),
        var other => ProviderAnswer.Unknown($"trade_status {other}"),
    };

    private static DateTimeOffset? PaidAt(Func<string, string?> field) =>
        DateTime.TryParseExact(
            field("gmt_payment") ?? field("send_pay_date"), "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var paid)
            ? new DateTimeOffset(paid, ChinaOffset).ToUniversalTime()
            : null;

    private string Query(string method, object content)
    {
        var parameters = new Dictionary<string, string>
        {
            ["app_id"] = options.AppId!, ["method"] = method, ["format"] = "JSON", ["charset"] = "utf-8",
            ["sign_type"] = "RSA2",
            ["timestamp"] = ChinaTime(clock.GetUtcNow()), ["version"] = "1.0", ["notify_url"] = options.NotifyUrl ?? "",
            ["biz_content"] = JsonSerializer.Serialize(content, Json),
        };
        if (method == "alipay.trade.page.pay") parameters["return_url"] = options.ReturnUrl ?? "";
        parameters["sign"] = signatures.Sign(parameters);
        return string.Join('&', parameters.Where(pair => pair.Value.Length > 0)
            .Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
    }

    private async Task<JsonElement> CallAsync(string method, object content, CancellationToken cancellation)
    {
        try
        {
            using var client = http.CreateClient(ProviderName);
            using var form = new StringContent(
                Query(method, content), System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
            using var answer = await client.PostAsync(options.Gateway, form, cancellation);
            var body = await answer.Content.ReadAsStringAsync(cancellation);
            answer.EnsureSuccessStatusCode();
            var whole = JsonSerializer.Deserialize<JsonElement>(body);
            var name = method.Replace('.', '_') + "_response";
            var node = whole.TryGetProperty(name, out var found) ? found : whole.GetProperty("error_response");

            // The signature is over the node's text as it was sent, so the text and not its meaning is checked.
            return signatures.IsGenuine(node.GetRawText(), Text(whole, "sign") ?? "")
                ? node
                : Said("the answer is not signed by Alipay");
        }
        catch (Exception fault) when (
            fault is HttpRequestException or JsonException or KeyNotFoundException
                or Polly.Timeout.TimeoutRejectedException or Polly.CircuitBreaker.BrokenCircuitException
            || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return Said(fault.Message);
        }
    }

    private static string ChinaTime(DateTimeOffset moment) =>
        moment.ToOffset(ChinaOffset).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static JsonElement Said(string message) =>
        JsonSerializer.SerializeToElement(new { code = "", sub_msg = message });

    private static string? CodeOf(JsonElement answer) => Text(answer, "code");

    private static string? Text(JsonElement node, string name) =>
        node.ValueKind == JsonValueKind.Object && node.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static ProviderAnswer Unclear(JsonElement answer) =>
        ProviderAnswer.Unknown($"{CodeOf(answer)} {Text(answer, "sub_code")} {Text(answer, "sub_msg")}");
}
