using System.Net;
using System.Security.Claims;
using Jingdezhen.Tourism.Identity.Accounts;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Jingdezhen.Tourism.Identity.SignIns;

/// <summary>
/// The one page that people see of Identity, in Chinese or English; no script, and nothing from elsewhere.
/// </summary>
internal static class SignInPage
{
    private sealed record Words(
        string Language, string Title, string Address, string Password, string Button, string Wrong, string Expired);

    private static readonly Words Chinese = new(
        "zh-CN", "登录畅游景德镇", "邮箱或手机号", "密码", "登录", "账号或密码不正确；多次输错后请稍候再试。", "页面已过期，请重新输入。");

    private static readonly Words English = new(
        "en", "Sign in to Enjoy Jingdezhen", "E-mail or phone number", "Password", "Sign in",
        "The account or the password is wrong. After many attempts, please wait a while.",
        "This page has expired, please try again.");

    public static IResult Show(HttpContext http, IAntiforgery antiforgery) => Page(http, antiforgery, message: null);

    public static async Task<IResult> SignIn(
        HttpContext http, IAntiforgery antiforgery, PasswordCheck passwords, CancellationToken cancellation)
    {
        if (!http.Request.HasFormContentType) return Page(http, antiforgery, words => words.Expired, 400);
        if (!await antiforgery.IsRequestValidAsync(http)) return Page(http, antiforgery, words => words.Expired, 400);

        var form = await http.Request.ReadFormAsync(cancellation);
        var signedIn = await passwords.SignInAsync(form["address"], form["password"], cancellation);
        if (signedIn.IsRefused) return Page(http, antiforgery, words => words.Wrong, 400);

        await http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, Cookie(signedIn.Value));
        return ReturnTo(http) is { } back ? Results.LocalRedirect(back) : Results.LocalRedirect("/connect/sign-in");
    }

    private static ClaimsPrincipal Cookie(Account account) => new(new ClaimsIdentity(
        [new(Claims.Subject, account.Id.ToString()), new(TokenClaims.StampClaim, account.Stamp.ToString())],
        CookieAuthenticationDefaults.AuthenticationScheme));

    /// <summary>
    /// Nowhere but to our own authorization endpoint: the page must not be a springboard to a stranger's.
    /// </summary>
    private static string? ReturnTo(HttpContext http) =>
        http.Request.Query["return"].ToString() is { } back
            && back.StartsWith("/connect/authorize?", StringComparison.Ordinal)
            ? back
            : null;

    private static IResult Page(HttpContext http, IAntiforgery antiforgery, Func<Words, string>? message, int status =
        200)
    {
        var words = http.Request.PrefersChinese() ? Chinese : English;
        var token = antiforgery.GetAndStoreTokens(http);
        http.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers.ContentLanguage = words.Language;
        var back = ReturnTo(http) is { } to ? QueryString.Create("return", to).ToString() : "";
        var said = message is null ? "" : $"""<p class="said" role="alert">{Html(message(words))}</p>""";
        return Results.Content(
            $$"""
            <!doctype html>
            <html lang="{{words.Language}}">
            <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{Html(words.Title)}}</title>
            <style>
              :root { color-scheme: light; --blue: #1f4e8c; }
              body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #eef3f8;
                font: 16px/1.5 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
                color: #16283c; }
              main { width: min(22rem, calc(100vw - 2rem)); background: #fff; border-top: 6px solid var(--blue);
                border-radius: 8px; padding: 2rem; box-sizing: border-box; box-shadow: 0 4px 24px #16283c22; }
              h1 { font-size: 1.25rem; margin: 0 0 1.5rem; }
              label { display: block; margin: 0 0 1rem; }
              input { display: block; width: 100%; box-sizing: border-box; margin-top: .25rem; padding: .6rem .7rem;
                font: inherit; border: 1px solid #8ba0b8; border-radius: 4px; }
              button { width: 100%; padding: .7rem; font: inherit; font-weight: 600; color: #fff;
                background: var(--blue);
                border: 0; border-radius: 4px; cursor: pointer; }
              input:focus, button:focus { outline: 3px solid #7fb0e6; outline-offset: 1px; }
              .said { margin: 0 0 1rem; padding: .6rem .8rem; background: #fdecea; border-left: 4px solid #b3261e; }
            </style>
            <main>
              <h1>{{Html(words.Title)}}</h1>
              {{said}}
              <form method="post" action="/connect/sign-in{{Html(back)}}">
                <input type="hidden" name="{{Html(token.FormFieldName)}}" value="{{Html(token.RequestToken!)}}">
                <label>{{Html(words.Address)}}
                  <input name="address" autocomplete="username" maxlength="254" required autofocus></label>
                <label>{{Html(words.Password)}}
                  <input name="password" type="password" autocomplete="current-password" maxlength="200" required>
                </label>
                <button>{{Html(words.Button)}}</button>
              </form>
            </main>
            </html>
            """, "text/html; charset=utf-8", statusCode: status);
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
