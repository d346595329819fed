using Jingdezhen.Tourism.Payments.Providers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Payments.Alipay;

/// <summary>
/// POST /notices/alipay, a signed form. Alipay sends it again (after 4 m, 10 m, 10 m, 1 h, 2 h, 6 h, 15 h) until the
/// answer is the word <c>success</c>.
/// </summary>
internal static class AlipayNotices
{
    private const int LargestNotice = 64 * 1024;

    public static void MapAlipayNotices(this WebApplication app) =>
        app.MapPost("/notices/alipay", HandleAsync).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();

    private static async Task<IResult> HandleAsync(
        HttpRequest request, AlipayOptions options, AlipaySignatures signatures, NoticeDoor door,
        CancellationToken cancellation)
    {
        if (!request.HasFormContentType || request.ContentLength is null or > LargestNotice) return Refuse(
            "unreadable");

        var form = (await request.ReadFormAsync(cancellation))
            .ToDictionary(field => field.Key, field => field.Value.ToString());
        if (form.GetValueOrDefault("sign_type") != "RSA2"
            || !signatures.IsGenuine(
                AlipaySignatures.Canonical(form, "sign", "sign_type"), form.GetValueOrDefault("sign", "")))
        {
            return Refuse("wrong-signature");
        }

        // A genuine notice for another application of another merchant is still not ours.
        if (form.GetValueOrDefault("app_id") != options.AppId
            || (options.SellerId is not null && form.GetValueOrDefault("seller_id") != options.SellerId)
            || !Guid.TryParseExact(form.GetValueOrDefault("out_trade_no"), "N", out var payment)
            || form.GetValueOrDefault("notify_id") is not { Length: > 0 } notice)
        {
            return Refuse("unknown-payment");
        }

        // A refund is notified as a change of its trade; its outcome is taken from the refund's own answer and query.
        if (form.ContainsKey("out_biz_no") || form.ContainsKey("refund_fee")) return TypedResults.Text("success");

        var refusal = await door.TakeAsync(
            new(AlipayProvider.ProviderName, "payment", payment, notice,
                AlipayProvider.AnswerOf(form.GetValueOrDefault)), cancellation);
        return refusal is null ? TypedResults.Text("success") : Refuse(refusal.Code);
    }

    private static ContentHttpResult Refuse(string because) =>
        TypedResults.Text($"failure: {because}", statusCode: StatusCodes.Status400BadRequest);
}
