using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Jingdezhen.Tourism.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Jingdezhen.Tourism.Payments.Tests.Alipay;

/// <summary>An Alipay of our own with keys of its own: checks our RSA2 signatures and its own amounts, signs its
/// words.</summary>
internal sealed class AlipaySimulator : IAsyncDisposable
{
    public const string AppId = "2021000000000001";
    public const string SellerId = "2088000000000001";

    /// <summary>How long after the one before each copy of a notice comes, until one is answered with
    /// success.</summary>
    public static readonly TimeSpan[] Schedule =
        [.. new[] { 0, 4, 10, 10, 60, 120, 360, 900 }.Select(minutes => TimeSpan.FromMinutes(minutes))];

    private sealed record Trade(string Number, decimal Total, string Status);

    private readonly RSA _applicationKey = RSA.Create(2048);
    private readonly RSA _ownKey = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, Trade> _trades = new();
    private readonly ConcurrentDictionary<string, (string Trade, decimal Amount)> _refunds = new();
    private WebApplication _application = null!;

    public Uri Gateway { get; private set; } = null!;
    public string ApplicationPrivateKeyPem => _applicationKey.ExportPkcs8PrivateKeyPem();
    public string PublicKeyPem => _ownKey.ExportSubjectPublicKeyInfoPem();
    public ConcurrentQueue<string> Refused { get; } = [];
    public int Refunds => _refunds.Count;

    /// <summary>The sub_code that the next refunds are answered with, and nothing done.</summary>
    public ConcurrentQueue<string> RefundRefusals { get; } = [];

    /// <summary>How many of the next calls act and then answer 500.</summary>
    public int LoseAnswers { get; set; }

    public async Task StartAsync()
    {
        Gateway = new($"http://127.0.0.1:{PrivateProcess.FreePort()}/gateway.do");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(Gateway.GetLeftPart(UriPartial.Authority));
        _application = builder.Build();
        _application.MapPost("/gateway.do", HandleAsync);
        await _application.StartAsync();
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    /// <summary>What the payer's browser or app does with our signed order.</summary>
    public void Open(string query)
    {
        var asked = Parse(query);
        if (!IsSigned(asked)) throw new InvalidOperationException("Alipay shows: 验签出错");
        var content = JsonSerializer.Deserialize<JsonElement>(asked["biz_content"]);
        var number = content.GetProperty("out_trade_no").GetString()!;
        var product = content.GetProperty("product_code").GetString();
        if ((asked["method"], product) is not (
            ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY") or ("alipay.trade.app.pay", "QUICK_MSECURITY_PAY")))
        {
            throw new InvalidOperationException("Alipay shows: INVALID_PARAMETER");
        }

        var total = decimal.Parse(content.GetProperty("total_amount").GetString()!, CultureInfo.InvariantCulture);
        if (!DateTime.TryParseExact(content.GetProperty("time_expire").GetString(), "yyyy-MM-dd HH:mm:ss",
            CultureInfo.InvariantCulture, DateTimeStyles.None, out _) || total < 0.01m
            || decimal.Round(total, 2) != total)
        {
            throw new InvalidOperationException("Alipay shows: INVALID_PARAMETER");
        }

        if (_trades.GetOrAdd(number, new Trade(number, total, "WAIT_BUYER_PAY")).Total != total)
        {
            throw new InvalidOperationException("Alipay shows: CONTEXT_INCONSISTENT");
        }
    }

    public void Pay(Guid id) => _trades[id.ToString("N")] = _trades[id.ToString("N")] with { Status = "TRADE_SUCCESS" };

    public HttpRequestMessage Notice(
        Guid id, Action<Dictionary<string, string>>? change = null, Action<Dictionary<string, string>>? onTheWay = null,
        bool withForeignKey = false)
    {
        var trade = _trades.GetValueOrDefault(id.ToString("N")) ?? new(id.ToString("N"), 120m, "TRADE_SUCCESS");
        var fields = new Dictionary<string, string>
        {
            ["notify_id"] = "ac05099524730693a8b330c5ecf72da9786", ["notify_type"] = "trade_status_sync",
            ["charset"] = "utf-8",
            ["notify_time"] = "2026-05-01 12:00:01", ["gmt_payment"] = "2026-05-01 12:00:00", ["version"] = "1.0",
            ["app_id"] = AppId, ["seller_id"] = SellerId, ["out_trade_no"] = trade.Number,
            ["trade_no"] = $"2026{trade.Number}",
            ["trade_status"] = "TRADE_SUCCESS",
            ["total_amount"] = trade.Total.ToString("0.00", CultureInfo.InvariantCulture),
            ["subject"] = "景德镇旅游 & more", ["body"] = "",
        };
        change?.Invoke(fields);
        using var foreign = RSA.Create(2048);
        fields["sign"] = Convert.ToBase64String((withForeignKey ? foreign : _ownKey).SignData(
            Encoding.UTF8.GetBytes(Canonical(fields)), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        fields["sign_type"] = "RSA2";
        onTheWay?.Invoke(fields);
        return new(HttpMethod.Post,
            new Uri("/notices/alipay", UriKind.Relative)) { Content = new FormUrlEncodedContent(fields) };
    }

    private async Task HandleAsync(HttpContext http)
    {
        var asked = (await http.Request.ReadFormAsync())
            .ToDictionary(field => field.Key, field => field.Value.ToString());
        var method = asked.GetValueOrDefault("method", "");
        object answer;
        if (!IsSigned(asked) || asked["app_id"] != AppId || asked["version"] != "1.0" || asked["sign_type"] != "RSA2")
        {
            Refused.Enqueue(Canonical(asked));
            (method, answer) =
                ("error", new { code = "40002", msg = "Invalid Arguments", sub_code = "isv.invalid-signature" });
        }
        else if (method == "alipay.trade.refund" && RefundRefusals.TryDequeue(out var code))
        {
            answer = Error(code);
        }
        else
        {
            answer = Act(method, JsonSerializer.Deserialize<JsonElement>(asked["biz_content"]));
        }

        if (LoseAnswers > 0)
        {
            LoseAnswers--;
            http.Response.StatusCode = 500;
            return;
        }

        var node = JsonSerializer.Serialize(answer);
        var sign = Convert.ToBase64String(
            _ownKey.SignData(Encoding.UTF8.GetBytes(node), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        await http.Response.WriteAsync($$"""{"{{method.Replace('.', '_')}}_response":{{node}},"sign":"{{sign}}"}""");
    }

    private object Act(string method, JsonElement content)
    {
        var number = content.GetProperty("out_trade_no").GetString()!;
        if (!_trades.TryGetValue(number, out var trade)) return Error("ACQ.TRADE_NOT_EXIST");

        switch (method)
        {
            case "alipay.trade.query":
                return new
                {
                    code = "10000", msg = "Success", trade_no = $"2026{number}", out_trade_no = number,
                    trade_status = trade.Status,
                    total_amount = trade.Total.ToString("0.00", CultureInfo.InvariantCulture),
                    send_pay_date = "2026-05-01 12:00:00",
                };
            case "alipay.trade.close":
                if (trade.Status != "WAIT_BUYER_PAY") return Error("ACQ.TRADE_STATUS_ERROR");
                _trades[number] = trade with { Status = "TRADE_CLOSED" };
                return new { code = "10000", msg = "Success", out_trade_no = number };
            case "alipay.trade.refund":
                var (request, amount) = (
                    content.GetProperty("out_request_no").GetString()!,
                    decimal.Parse(content.GetProperty("refund_amount").GetString()!, CultureInfo.InvariantCulture));
                if (_refunds.TryGetValue(request, out var known))
                {
                    return known.Amount == amount
                        ? new { code = "10000", msg = "Success", trade_no = $"2026{number}", fund_change = "N" }
                        : Error("ACQ.DISCORDANT_REPEAT_REQUEST");
                }

                if (trade.Status != "TRADE_SUCCESS") return Error("ACQ.TRADE_STATUS_ERROR");
                if (_refunds.Values.Where(row => row.Trade == number).Sum(row => row.Amount) + amount > trade.Total)
                {
                    return Error("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL");
                }

                _refunds[request] = (number, amount);
                return new { code = "10000", msg = "Success", trade_no = $"2026{number}", fund_change = "Y" };
            case "alipay.trade.fastpay.refund.query":
                return _refunds.TryGetValue(content.GetProperty("out_request_no").GetString()!, out var refund)
                    ? new
                    {
                        code = "10000", msg = "Success", refund_status = "REFUND_SUCCESS", trade_no = $"2026{number}",
                        refund_amount = refund.Amount.ToString("0.00", CultureInfo.InvariantCulture),
                    }
                    : new { code = "10000", msg = "Success" };
            default:
                return Error("isv.invalid-method");
        }
    }

    private bool IsSigned(Dictionary<string, string> asked) =>
        asked.TryGetValue("sign", out var sign) && _applicationKey.VerifyData(
            Encoding.UTF8.GetBytes(Canonical(asked)), Convert.FromBase64String(sign), HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1);

    private static Dictionary<string, string> Parse(string query) =>
        QueryHelpers.ParseQuery(query).ToDictionary(field => field.Key, field => field.Value.ToString());

    private static string Canonical(Dictionary<string, string> fields) => string.Join('&', fields
        .Where(field => field.Key != "sign" && field.Value.Length > 0
            && !(field.Key == "sign_type" && fields.ContainsKey("notify_id")))
        .OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}={field.Value}"));

    private static object Error(string code) => new { code = "40004", msg = "Business Failed", sub_code = code };
}
