using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Jingdezhen.Tourism.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Jingdezhen.Tourism.Payments.Tests.WeChat;

/// <summary>
/// A WeChat Pay of our own with keys of its own: it checks our signatures, refuses what the real one refuses, signs its
/// answers and notices, and changes its certificate on demand.
/// </summary>
internal sealed partial class WeChatSimulator : IAsyncDisposable
{
    public const string MerchantId = "1900000001";
    public const string AppId = "wx8888888888888888";
    public const string ApiV3Key = "jingdezhen-porcelain-apiv3-key32";
    public const string MerchantSerial = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1";

    /// <summary>How long after the one before each copy of a notice comes, until one is answered with 200 or
    /// 204.</summary>
    public static readonly TimeSpan[] Schedule =
        [.. new[] { 0, 15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10_800, 10_800, 10_800, 21_600, 21_600 }
            .Select(seconds => TimeSpan.FromSeconds(seconds))];

    private readonly ConcurrentDictionary<string, JsonObject> _orders = new();
    private readonly ConcurrentDictionary<string, JsonObject> _refunds = new();
    private readonly ConcurrentDictionary<string, bool> _nonces = new();
    private readonly List<X509Certificate2> _certificates = [];
    private readonly RSA _merchantKey = RSA.Create(2048);
    private readonly TimeProvider _clock;
    private WebApplication _application = null!;

    public WeChatSimulator(TimeProvider clock)
    {
        _clock = clock;
        RotateCertificate();
    }

    public Uri Address { get; private set; } = null!;
    public string MerchantPrivateKeyPem => _merchantKey.ExportPkcs8PrivateKeyPem();
    public ConcurrentQueue<string> Refused { get; } = [];
    public int Refunds => _refunds.Count;
    public int CertificateCalls { get; private set; }

    /// <summary>What the next refunds are answered with, and nothing done.</summary>
    public ConcurrentQueue<(int Status, string Code)> RefundRefusals { get; } = [];

    /// <summary>How many of the next calls act and then answer 500, as in a bad hour.</summary>
    public int LoseAnswers { get; set; }

    public async Task StartAsync()
    {
        Address = new($"http://127.0.0.1:{PrivateProcess.FreePort()}/");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(Address.ToString());
        _application = builder.Build();
        _application.Run(HandleAsync);
        await _application.StartAsync();
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    public void RotateCertificate()
    {
        using var key = RSA.Create(2048);
        var request =
            new CertificateRequest("CN=Tenpay.com sign", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        _certificates.Add(request.CreateSelfSigned(_clock.GetUtcNow().AddDays(-1), _clock.GetUtcNow().AddYears(5)));
    }

    public JsonObject Order(Guid id) => _orders[id.ToString("N")];

    public void Pay(Guid id) => Settle(_orders[id.ToString("N")], "SUCCESS");

    /// <summary>A notice as the platform sends it; <paramref name="change"/> spoils what is inside the
    /// envelope.</summary>
    public HttpRequestMessage Notice(
        string eventType, JsonObject resource, string? id = null, Action<JsonObject>? change = null, int secondsAgo = 0,
        bool withForeignKey = false, Func<string, string>? onTheWay = null)
    {
        var inside = JsonNode.Parse(resource.ToJsonString())!.AsObject();
        change?.Invoke(inside);
        var body = new JsonObject
        {
            ["id"] = id ?? $"{Guid.CreateVersion7()}", ["create_time"] = Now(), ["resource_type"] = "encrypt-resource",
            ["event_type"] = eventType, ["summary"] = "支付成功",
            ["resource"] = Encrypt(inside.ToJsonString(), "transaction"),
        }.ToJsonString();
        var (serial, time, nonce, signature) = Sign(body, secondsAgo, withForeignKey);
        return new(HttpMethod.Post, new Uri("/notices/wechat", UriKind.Relative))
        {
            Content = new StringContent(onTheWay?.Invoke(body) ?? body, Encoding.UTF8, "application/json"),
            Headers =
            {
                { "Wechatpay-Serial", serial }, { "Wechatpay-Timestamp", time }, { "Wechatpay-Nonce", nonce },
                { "Wechatpay-Signature", signature },
            },
        };
    }

    private async Task HandleAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var (path, url) = (http.Request.Path.Value!, http.Request.Path + http.Request.QueryString.ToString());
        if (Fault(http.Request, url, body) is { } fault)
        {
            Refused.Enqueue(fault);
            await AnswerAsync(http, 401, Error("SIGN_ERROR", fault));
            return;
        }

        if (path == "/v3/certificates") CertificateCalls++;
        else if (path == "/v3/refund/domestic/refunds" && RefundRefusals.TryDequeue(out var refusal))
        {
            await AnswerAsync(http, refusal.Status, Error(refusal.Code, "not now"));
            return;
        }

        var (status, answer) = (http.Request.Method, path) switch
        {
            ("GET", "/v3/certificates") => (200, Certificates()),
            ("POST", "/v3/pay/transactions/native") => Begin(body, native: true),
            ("POST", "/v3/pay/transactions/jsapi") => Begin(body, native: false),
            ("GET", _) when path.StartsWith("/v3/pay/transactions/out-trade-no/", StringComparison.Ordinal) =>
                http.Request.Query["mchid"] != MerchantId ? (400, Error("PARAM_ERROR", "mchid"))
                : _orders.TryGetValue(path.Split('/')[^1], out var order) ? (200, order)
                : (404, Error("ORDER_NOT_EXIST", "no such order")),
            ("POST", _) when path.EndsWith("/close", StringComparison.Ordinal) => Close(path.Split('/')[^2]),
            ("POST", "/v3/refund/domestic/refunds") => GiveBack(body),
            ("GET", _) when path.StartsWith("/v3/refund/", StringComparison.Ordinal) =>
                _refunds.TryGetValue(path.Split('/')[^1], out var refund) ? (200, refund)
                    : (404, Error("RESOURCE_NOT_EXISTS", "no such refund")),
            _ => (404, Error("NOT_FOUND", path)),
        };
        if (LoseAnswers > 0 && path != "/v3/certificates")
        {
            LoseAnswers--;
            (status, answer) = (500, Error("SYSTEM_ERROR", "try again"));
        }

        await AnswerAsync(http, status, answer);
    }

    private string? Fault(HttpRequest request, string url, string body)
    {
        var match = AuthorizationPattern().Match(request.Headers.Authorization.ToString());
        if (!match.Success) return "no or malformed Authorization";
        if (request.Headers.UserAgent.Count == 0
            || request.Headers.Accept != "application/json") return "no User-Agent or Accept";
        var (merchant, nonce, signature, time, serial) = (
            match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value, match.Groups[4].Value,
            match.Groups[5].Value);
        if (merchant != MerchantId || serial != MerchantSerial) return "another merchant or certificate";
        if (Math.Abs(
            _clock.GetUtcNow()
                .ToUnixTimeSeconds() - long.Parse(time, CultureInfo.InvariantCulture)) > 300) return "too old";
        if (!_nonces.TryAdd(nonce, true)) return "nonce used twice";
        return _merchantKey.VerifyData(
            Encoding.UTF8.GetBytes($"{request.Method}\n{url}\n{time}\n{nonce}\n{body}\n"),
            Convert.FromBase64String(signature),
            HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) ? null : "wrong signature";
    }

    private (int, JsonObject) Begin(string body, bool native)
    {
        var asked = JsonNode.Parse(body)!.AsObject();
        var number = asked["out_trade_no"]!.GetValue<string>();
        if (asked["appid"]?.GetValue<string>() != AppId || asked["mchid"]?.GetValue<string>() != MerchantId
            || asked["amount"]?["total"]?.GetValue<long>() is not > 0 || number.Length is < 6 or > 32
            || asked["description"]?.GetValue<string>() is not { Length: > 0 and <= 127 }
            || !DateTimeOffset.TryParseExact(asked["time_expire"]?.GetValue<string>(), "yyyy-MM-dd'T'HH:mm:sszzz",
                CultureInfo.InvariantCulture, DateTimeStyles.None, out var expires)
            || expires <= TimeProvider.System.GetUtcNow()
            || asked["notify_url"]?.GetValue<string>().StartsWith("https://", StringComparison.Ordinal) != true
            || (!native && asked["payer"]?["openid"]?.GetValue<string>() is not { Length: > 0 }))
        {
            Refused.Enqueue(body);
            return (400, Error("PARAM_ERROR", "a parameter is missing or malformed"));
        }

        var order = _orders.GetOrAdd(number, _ => new JsonObject
        {
            ["appid"] = AppId, ["mchid"] = MerchantId, ["out_trade_no"] = number, ["trade_state"] = "NOTPAY",
            ["amount"] =
                new JsonObject { ["total"] = asked["amount"]!["total"]!.GetValue<long>(), ["currency"] = "CNY" },
        });
        if (order["amount"]!["total"]!.GetValue<long>() != asked["amount"]!["total"]!.GetValue<long>())
        {
            return (400, Error("INVALID_REQUEST", "the same number stands for another amount"));
        }

        return order["trade_state"]!.GetValue<string>() switch
        {
            "NOTPAY" => (200, native
                ? new JsonObject { ["code_url"] = $"weixin://wxpay/bizpayurl?pr={number}" }
                : new JsonObject { ["prepay_id"] = $"wx{number}" }),
            "SUCCESS" => (400, Error("ORDERPAID", "paid already")),
            _ => (400, Error("ORDER_CLOSED", "closed")),
        };
    }

    private (int, JsonObject?) Close(string number)
    {
        if (!_orders.TryGetValue(number, out var order)) return (404, Error("ORDER_NOT_EXIST", "no such order"));
        if (order["trade_state"]!.GetValue<string>() == "SUCCESS") return (400, Error("ORDERPAID", "paid already"));
        order["trade_state"] = "CLOSED";
        return (204, null);
    }

    private (int, JsonObject) GiveBack(string body)
    {
        var asked = JsonNode.Parse(body)!.AsObject();
        var (number, refund) = (asked["out_trade_no"]!.GetValue<string>(), asked["out_refund_no"]!.GetValue<string>());
        if (!_orders.TryGetValue(number, out var order)) return (404, Error("RESOURCE_NOT_EXISTS", "no such order"));

        var (fen, total) = (asked["amount"]!["refund"]!.GetValue<long>(), asked["amount"]!["total"]!.GetValue<long>());
        var before = _refunds.Where(row => row.Key != refund && row.Value["out_trade_no"]!.GetValue<string>() == number)
            .Sum(row => row.Value["amount"]!["refund"]!.GetValue<long>());
        if (total != order["amount"]!["total"]!.GetValue<long>() || before + fen > total
            || order["trade_state"]!.GetValue<string>() is not ("SUCCESS" or "REFUND"))
        {
            return (400, Error("INVALID_REQUEST", "more than was paid, or not paid"));
        }

        if (asked["reason"]?.GetValue<string>().Length > 80
            || (_refunds.TryGetValue(refund, out var known) && known["amount"]!["refund"]!.GetValue<long>() != fen))
        {
            return (400, Error("INVALID_REQUEST", "the same number stands for another refund, or too long a reason"));
        }

        return (200, _refunds.GetOrAdd(refund, _ => new JsonObject
        {
            ["mchid"] = MerchantId, ["out_trade_no"] = number, ["out_refund_no"] = refund,
            ["refund_id"] = $"50{refund}",
            ["transaction_id"] = $"42{number}", ["status"] = "PROCESSING", ["refund_status"] = "PROCESSING",
            ["amount"] = new JsonObject { ["refund"] = fen, ["total"] = total, ["currency"] = "CNY" },
        }));
    }

    public JsonObject EndRefund(Guid id, string status)
    {
        var refund = _refunds[id.ToString("N")];
        (refund["status"], refund["refund_status"], refund["success_time"]) = (status, status, Now());
        return refund;
    }

    private void Settle(JsonObject order, string state) =>
        (order["trade_state"], order["transaction_id"], order["success_time"]) =
            (state, $"42{order["out_trade_no"]}", Now());

    private JsonObject Certificates()
    {
        var rows = new JsonArray();
        foreach (var certificate in _certificates)
        {
            rows.Add(new JsonObject
            {
                ["serial_no"] = certificate.SerialNumber, ["effective_time"] = Now(), ["expire_time"] = Now(),
                ["encrypt_certificate"] = Encrypt(certificate.ExportCertificatePem(), "certificate"),
            });
        }

        return new() { ["data"] = rows };
    }

    private static JsonObject Encrypt(string text, string associated)
    {
        var nonce = Convert.ToHexString(RandomNumberGenerator.GetBytes(6));
        using var aes = new AesGcm(Encoding.UTF8.GetBytes(ApiV3Key), 16);
        var plain = Encoding.UTF8.GetBytes(text);
        var (box, tag) = (new byte[plain.Length], new byte[16]);
        aes.Encrypt(Encoding.UTF8.GetBytes(nonce), plain, box, tag, Encoding.UTF8.GetBytes(associated));
        return new()
        {
            ["algorithm"] = "AEAD_AES_256_GCM", ["nonce"] = nonce, ["associated_data"] = associated,
            ["ciphertext"] = Convert.ToBase64String([.. box, .. tag]),
        };
    }

    private (string Serial, string Time, string Nonce, string Signature) Sign(
        string body, int secondsAgo = 0, bool foreign = false)
    {
        var time = (_clock.GetUtcNow().ToUnixTimeSeconds() - secondsAgo).ToString(CultureInfo.InvariantCulture);
        var nonce = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        using var key = foreign ? RSA.Create(2048) : _certificates[^1].GetRSAPrivateKey()!;
        return (_certificates[^1].SerialNumber, time, nonce, Convert.ToBase64String(key.SignData(
            Encoding.UTF8.GetBytes($"{time}\n{nonce}\n{body}\n"), HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1)));
    }

    private async Task AnswerAsync(HttpContext http, int status, JsonObject? answer)
    {
        var body = answer?.ToJsonString() ?? "";
        var (serial, time, nonce, signature) = Sign(body);
        http.Response.StatusCode = status;
        http.Response.Headers["Wechatpay-Serial"] = serial;
        http.Response.Headers["Wechatpay-Timestamp"] = time;
        http.Response.Headers["Wechatpay-Nonce"] = nonce;
        http.Response.Headers["Wechatpay-Signature"] = signature;
        if (body.Length > 0) await http.Response.WriteAsync(body);
    }

    private string Now() =>
        _clock.GetUtcNow().ToOffset(TimeSpan.FromHours(8))
            .ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static JsonObject Error(string code, string message) => new() { ["code"] = code, ["message"] = message };

    [GeneratedRegex(
        "^WECHATPAY2-SHA256-RSA2048 mchid=\"(.*?)\",nonce_str=\"(.*?)\",signature=\"(.*?)\"," +
        "timestamp=\"(\\d+)\",serial_no=\"(.*?)\"$")]
    private static partial Regex AuthorizationPattern();
}
