using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Providers;
using Jingdezhen.Tourism.Payments.Refunds;

namespace Jingdezhen.Tourism.Payments.WeChat;

/// <summary>WeChat Pay API v3: JSAPI and native QR orders, queries, closing and refunds. Our ids without hyphens are
/// the order and refund numbers there, so a repeated call is the same order.</summary>
internal sealed class WeChatProvider(
    IHttpClientFactory http, WeChatOptions options, WeChatSignatures signatures, TimeProvider clock)
    : IPaymentProvider, IDisposable
{
    public const string ProviderName = "wechat";

    /// <summary>A reason of a refund has at most so many characters there.</summary>
    private const int LongestReason = 80;

    private static readonly TimeSpan LearnAtMostEvery = TimeSpan.FromSeconds(10);
    private static readonly JsonSerializerOptions Json =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly SemaphoreSlim _learning = new(1, 1);
    private long _learnedAt;

    public string Name => ProviderName;

    public bool Takes(string method) => options.MerchantId is not null && method is ("wechat-jsapi" or "wechat-native");

    public async Task<ProviderAnswer> StartAsync(Payment payment, CancellationToken cancellation)
    {
        var native = payment.Method == "wechat-native";
        var order = new Dictionary<string, object>
        {
            ["appid"] = options.AppId!, ["mchid"] = options.MerchantId!, ["description"] = "景德镇旅游 Jingdezhen Tourism",
            ["out_trade_no"] = payment.Id.ToString("N"), ["notify_url"] = options.NotifyUrl!,
            ["time_expire"] = payment.ExpiresAt.ToOffset(TimeSpan.FromHours(8))
                .ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
            ["amount"] = new { total = payment.AmountFen, currency = payment.Currency },
        };
        if (!native) order["payer"] = new { openid = payment.PayerId };

        var (status, body) = await CallAsync(
            HttpMethod.Post, $"/v3/pay/transactions/{(native ? "native" : "jsapi")}", order, cancellation);
        if (status == HttpStatusCode.OK)
        {
            return new(Outcome.Pending, PayWith: native
                ? JsonSerializer.Serialize(new { codeUrl = body.GetProperty("code_url").GetString() })
                : AppParameters(body.GetProperty("prepay_id").GetString()!));
        }

        // Paid or closed already: the query says which.
        if (CodeOf(body) is "ORDERPAID" or "ORDER_CLOSED" or "OUT_TRADE_NO_USED") return await QueryAsync(
            payment, cancellation);
        return IsFinal(status, body) ? new(Outcome.Failed, Reason: CodeOf(body)) : Unclear(status, body);
    }

    public async Task<ProviderAnswer> QueryAsync(Payment payment, CancellationToken cancellation)
    {
        var (status, body) = await CallAsync(
            HttpMethod.Get, $"/v3/pay/transactions/out-trade-no/{payment.Id:N}?mchid={options.MerchantId}", null,
            cancellation);
        if (status == HttpStatusCode.OK) return AnswerOf(body);
        return status == HttpStatusCode.NotFound
            && CodeOf(body) is ("ORDER_NOT_EXIST" or "ORDERNOTEXIST" or "RESOURCE_NOT_EXISTS")
            ? new(Outcome.NotFound)
            : Unclear(status, body);
    }

    public Task<ProviderAnswer> CaptureAsync(Payment payment, CancellationToken cancellation) =>
        QueryAsync(payment, cancellation);

    public async Task<ProviderAnswer> CloseAsync(Payment payment, CancellationToken cancellation)
    {
        var (status, body) = await CallAsync(
            HttpMethod.Post, $"/v3/pay/transactions/out-trade-no/{payment.Id:N}/close",
            new { mchid = options.MerchantId }, cancellation);
        if (status == HttpStatusCode.NoContent) return new(Outcome.Closed);

        // Paid in the last moment, or never ordered: only the query knows.
        return await QueryAsync(payment, cancellation) switch
        {
            { Outcome: Outcome.NotFound } => new(Outcome.Closed),
            { Outcome: Outcome.Pending } => Unclear(status, body),
            var answer => answer,
        };
    }

    public async Task<ProviderAnswer> RefundAsync(Refund refund, Payment payment, CancellationToken cancellation)
    {
        var (status, body) = await CallAsync(HttpMethod.Post, "/v3/refund/domestic/refunds", new
        {
            out_trade_no = payment.Id.ToString("N"), out_refund_no = refund.Id.ToString("N"),
            reason = refund.Reason.Length > LongestReason ? refund.Reason[..LongestReason] : refund.Reason,
            notify_url = options.NotifyUrl,
            amount = new { refund = refund.AmountFen, total = payment.AmountFen, currency = refund.Currency },
        }, cancellation);
        return status == HttpStatusCode.OK ? RefundAnswerOf(body, "status")
            : IsFinal(status, body) ? new(Outcome.Failed, Reason: CodeOf(body))
            : Unclear(status, body);
    }

    public async Task<ProviderAnswer> QueryRefundAsync(Refund refund, Payment payment, CancellationToken cancellation)
    {
        var (status, body) =
            await CallAsync(HttpMethod.Get, $"/v3/refund/domestic/refunds/{refund.Id:N}", null, cancellation);
        return status == HttpStatusCode.OK ? RefundAnswerOf(body, "status")
            : status == HttpStatusCode.NotFound ? new(Outcome.NotFound)
            : Unclear(status, body);
    }

    /// <summary>What a transaction says, in a query or in a notice.</summary>
    public static ProviderAnswer AnswerOf(JsonElement transaction) =>
        transaction.GetProperty("trade_state").GetString() switch
        {
            "SUCCESS" or "REFUND" => new(
                Outcome.Done, transaction.GetProperty("transaction_id").GetString(),
                transaction.GetProperty("amount").GetProperty("total").GetInt64(),
                transaction.GetProperty("amount").GetProperty("currency").GetString(),
                transaction.GetProperty("success_time").GetDateTimeOffset().ToUniversalTime()),
            "NOTPAY" or "USERPAYING" or "ACCEPT" => new(Outcome.Pending),
            "CLOSED" or "REVOKED" => new(Outcome.Closed),
            "PAYERROR" => new(Outcome.Failed, Reason: "declined"),
            var other => ProviderAnswer.Unknown($"trade_state {other}"),
        };

    /// <summary>What a refund says: <c>status</c> in answers, <c>refund_status</c> in notices.</summary>
    public static ProviderAnswer RefundAnswerOf(JsonElement refund, string field) =>
        refund.GetProperty(field).GetString() switch
    {
        "SUCCESS" => new(
            Outcome.Done, refund.GetProperty("refund_id").GetString(),
            refund.GetProperty("amount").GetProperty("refund").GetInt64(),
            At: refund.TryGetProperty("success_time", out var at) ? at.GetDateTimeOffset().ToUniversalTime() : null),
        "PROCESSING" => new(Outcome.Pending),
        "CLOSED" => new(Outcome.Closed, Reason: "closed"),
        "ABNORMAL" => new(Outcome.Failed, Reason: "abnormal"),
        var other => ProviderAnswer.Unknown($"refund status {other}"),
    };

    /// <summary>Fetches the platform's certificates; they are signed with a certificate that they contain.</summary>
    public async Task LearnCertificatesAsync(CancellationToken cancellation)
    {
        await _learning.WaitAsync(cancellation);
        try
        {
            using var answer = await SendAsync(HttpMethod.Get, "/v3/certificates", "", cancellation);
            var body = await answer.Content.ReadAsStringAsync(cancellation);
            answer.EnsureSuccessStatusCode();
            signatures.Learn(JsonSerializer.Deserialize<JsonElement>(body));
            Volatile.Write(ref _learnedAt, clock.GetTimestamp());
            if (!IsGenuine(answer, body)) throw new CryptographicException(
                "The certificates are not signed by the platform.");
        }
        finally
        {
            _learning.Release();
        }
    }

    /// <summary>A notice may name any certificate, and anyone may send one: the platform is asked now and then
    /// only.</summary>
    public Task LearnForNoticeAsync(CancellationToken cancellation) =>
        clock.GetElapsedTime(Volatile.Read(ref _learnedAt)) < LearnAtMostEvery
            ? Task.CompletedTask
            : LearnCertificatesAsync(cancellation);

    public void Dispose() => _learning.Dispose();

    private string AppParameters(string prepayId)
    {
        var (time, nonce, package) = (signatures.Now(), WeChatSignatures.Nonce(), $"prepay_id={prepayId}");
        return JsonSerializer.Serialize(new
        {
            appId = options.AppId, timeStamp = time, nonceStr = nonce, package, signType = "RSA",
            paySign = signatures.Sign($"{options.AppId}\n{time}\n{nonce}\n{package}\n"),
        });
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> CallAsync(
        HttpMethod method, string path, object? content, CancellationToken cancellation)
    {
        try
        {
            using var answer = await SendAsync(
                method, path, content is null ? "" : JsonSerializer.Serialize(content, Json), cancellation);
            var body = await answer.Content.ReadAsStringAsync(cancellation);
            if (!IsGenuine(answer, body))
            {
                // The platform may have changed its certificate since.
                await LearnCertificatesAsync(cancellation);
                if (!IsGenuine(answer, body)) return (0, Said("the answer is not signed by the platform"));
            }

            return (answer.StatusCode, body.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(body));
        }
        catch (Exception fault) when (
            fault is HttpRequestException or JsonException or CryptographicException
                or Polly.Timeout.TimeoutRejectedException or Polly.CircuitBreaker.BrokenCircuitException
            || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return (0, Said(fault.Message));
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(options.BaseAddress, path));
        request.Headers.Authorization =
            new("WECHATPAY2-SHA256-RSA2048", signatures.Authorize(method.Method, path, body));
        request.Headers.Accept.Add(new("application/json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Jingdezhen-Tourism", "1"));
        if (method == HttpMethod.Post) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var client = http.CreateClient(ProviderName);
        return await client.SendAsync(request, cancellation);
    }

    private bool IsGenuine(HttpResponseMessage answer, string body)
    {
        return signatures.IsGenuine(
            Header("Wechatpay-Serial"), Header("Wechatpay-Timestamp"), Header("Wechatpay-Nonce"),
            Header("Wechatpay-Signature"),
            body);

        string Header(string name) => answer.Headers.TryGetValues(name, out var values) ? values.First() : "";
    }

    private static JsonElement Said(string message) =>
        JsonSerializer.SerializeToElement(new { code = "NO_ANSWER", message });

    private static string? CodeOf(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("code", out var code) ? code.GetString() : null;

    // 4xx is the platform's considered no, except where it asks for patience; all else may have been done or not.
    private static bool IsFinal(HttpStatusCode status, JsonElement body) =>
        (int)status is >= 400 and < 500 && status is not (HttpStatusCode.TooManyRequests or HttpStatusCode.Unauthorized)
        && CodeOf(body) is not ("FREQUENCY_LIMITED" or "RATELIMIT_EXCEEDED" or "NOT_ENOUGH" or "USER_PAYING");

    private static ProviderAnswer Unclear(HttpStatusCode status, JsonElement body) =>
        ProviderAnswer.Unknown($"{(int)status} {CodeOf(body)}");
}
