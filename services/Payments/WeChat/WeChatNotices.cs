using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Jingdezhen.Tourism.Payments.Providers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Payments.WeChat;

/// <summary>
/// POST /notices/wechat. WeChat sends a notice up to sixteen times (at once, then after 15 s, 15 s, 30 s, 3 m, 10 m, 20
/// m, three times 30 m, 60 m, three times 3 h, twice 6 h) until one is answered with 200 or 204 within five seconds.
/// </summary>
internal static class WeChatNotices
{
    private const int LargestNotice = 64 * 1024;

    public static void MapWeChatNotices(this WebApplication app) =>
        app.MapPost("/notices/wechat", HandleAsync).AllowAnonymous().ExcludeFromDescription();

    private static async Task<IResult> HandleAsync(
        HttpRequest request, WeChatSignatures signatures, WeChatProvider provider, NoticeDoor door,
        CancellationToken cancellation)
    {
        if (request.ContentLength is null or > LargestNotice) return Refuse("the notice is too large");

        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(cancellation);
        var serial = Header("Wechatpay-Serial");

        // An unknown certificate is fetched once from the platform itself; what a stranger claims is never trusted.
        if (provider.Takes("wechat-native") && !signatures.Knows(serial)) await provider.LearnForNoticeAsync(
            cancellation);
        if (!signatures.IsGenuine(
            serial, Header("Wechatpay-Timestamp"), Header("Wechatpay-Nonce"), Header("Wechatpay-Signature"), body))
        {
            return Refuse("wrong-signature", StatusCodes.Status401Unauthorized);
        }

        try
        {
            var notice = JsonSerializer.Deserialize<JsonElement>(body);
            var resource = JsonSerializer.Deserialize<JsonElement>(signatures.Decrypt(notice.GetProperty("resource")));
            var (id, kind) = (notice.GetProperty("id").GetString()!, notice.GetProperty("event_type").GetString()!);
            var refund = kind.StartsWith("REFUND.", StringComparison.Ordinal);
            var number = resource.GetProperty(refund ? "out_refund_no" : "out_trade_no").GetString();
            if (!Guid.TryParseExact(number, "N", out var subject))
            {
                return Refuse("unknown-payment");
            }

            var refusal = await door.TakeAsync(new(
                WeChatProvider.ProviderName, refund ? "refund" : "payment", subject, id,
                refund ? WeChatProvider.RefundAnswerOf(resource, "refund_status") : WeChatProvider.AnswerOf(resource)),
                cancellation);
            return refusal is null ? TypedResults.NoContent()
                : refusal == NoticeDoor.NotInTime ? Refuse(refusal.Code, StatusCodes.Status503ServiceUnavailable)
                : Refuse(refusal.Code);
        }
        catch (Exception fault) when (
            fault is JsonException or KeyNotFoundException or CryptographicException or FormatException)
        {
            return Refuse("the notice cannot be read");
        }

        string Header(string name) => request.Headers[name].ToString();
    }

    private static JsonHttpResult<Failure> Refuse(string message, int status = StatusCodes.Status400BadRequest) =>
        TypedResults.Json(new Failure("FAIL", message), statusCode: status);

    private sealed record Failure(string Code, string Message);
}
