using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Web;
using Microsoft.AspNetCore.WebUtilities;

namespace Jingdezhen.Tourism.Identity.Tests;

/// <summary>Where a browser ended up: a code at the app's address, or a page.</summary>
internal sealed record Arrival(Uri At, HttpStatusCode Status, string Page)
{
    public string? Code => HttpUtility.ParseQueryString(At.Query)["code"];
    public string? Error => HttpUtility.ParseQueryString(At.Query)["error"];
}

/// <summary>A person's browser with its cookies: follows redirects and fills in the sign-in form.</summary>
internal sealed partial class Browser(IdentityFixture identity)
{
    public const string RedirectUri = "http://127.0.0.1/signed-in";
    public static readonly string Verifier = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));

    private readonly HttpClient _http = identity.Anonymous();

    public static string Challenge(string verifier) =>
        WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    public static string AuthorizeAddress(params (string Name, string? Value)[] changes)
    {
        var query = new Dictionary<string, string?>
        {
            ["client_id"] = "app", ["redirect_uri"] = RedirectUri, ["response_type"] = "code", ["scope"] =
                "openid offline_access",
            ["state"] = "xyz", ["code_challenge"] = Challenge(Verifier), ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes) query[name] = value;
        return QueryHelpers.AddQueryString("/connect/authorize", query.Where(field => field.Value is not null));
    }

    public void Speak(string language) => _http.DefaultRequestHeaders.Add("Accept-Language", language);

    public async Task<Arrival> Open(string address) =>
        await Arrive(await _http.GetAsync(new Uri(address, UriKind.RelativeOrAbsolute)));

    public async Task<Arrival> SignIn(string person, string password = IdentityFixture.Password, string? address = null)
    {
        var page = await Open(address ?? AuthorizeAddress());
        return await Submit(page, person, password);
    }

    public async Task<Arrival> Submit(Arrival form, string person, string password, bool withToken = true)
    {
        var fields = new Dictionary<string, string> { ["address"] = person, ["password"] = password };
        if (withToken && HiddenField().Match(form.Page) is { Success: true } hidden)
        {
            fields[hidden.Groups[1].Value] = hidden.Groups[2].Value;
        }

        var action = WebUtility.HtmlDecode(FormAction().Match(form.Page).Groups[1].Value);
        using var content = new FormUrlEncodedContent(fields);
        return await Arrive(await _http.PostAsync(new Uri(action, UriKind.Relative), content));
    }

    public Task<(HttpResponseMessage Answer, System.Text.Json.JsonElement Body)> Exchange(
        string code, string? verifier = null, string redirectUri = RedirectUri) => verifier == ""
        ? identity.Post("/connect/token", ("grant_type", "authorization_code"), ("client_id", "app"), ("code", code),
            ("redirect_uri", redirectUri))
        : identity.Post(
            "/connect/token", ("grant_type", "authorization_code"), ("client_id", "app"), ("code", code),
                ("redirect_uri", redirectUri),
            ("code_verifier", verifier ?? Verifier));

    private static async Task<Arrival> Arrive(HttpResponseMessage answer) =>
        new(answer.RequestMessage!.RequestUri!, answer.StatusCode, await answer.Content.ReadAsStringAsync());

    [GeneratedRegex("name=\"([^\"]+)\" value=\"([^\"]+)\"")]
    private static partial Regex HiddenField();

    [GeneratedRegex("action=\"([^\"]+)\"")]
    private static partial Regex FormAction();
}
