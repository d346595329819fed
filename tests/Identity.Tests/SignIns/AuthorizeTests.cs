using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Jingdezhen.Tourism.Identity.Tests.SignIns;

public sealed class AuthorizeTests(IdentityFixture identity) : IClassFixture<IdentityFixture>
{
    private const string Tourist = "tourist@demo.jingdezhen.example";

    [Fact]
    public async Task A_person_signs_in_on_the_page_and_the_app_gets_their_tokens()
    {
        var browser = new Browser(identity);

        var arrival = await browser.SignIn(Tourist);
        var (answer, body) = await browser.Exchange(arrival.Code!);

        Assert.StartsWith(Browser.RedirectUri, arrival.At.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(body.TryGetProperty("refresh_token", out _));
        var token = new JsonWebToken(body.GetProperty("access_token").GetString());
        Assert.Equal(("01900000-0000-7000-8000-0000000000b1", "app"),
            (token.Subject, token.GetClaim("client_id").Value));
        Assert.Equal("app", new JsonWebToken(body.GetProperty("id_token").GetString()).Audiences.Single());
    }

    [Fact]
    public async Task Who_is_signed_in_is_not_asked_again_unless_the_app_wants_it()
    {
        var browser = new Browser(identity);
        await browser.SignIn(Tourist);

        var again = await browser.Open(Browser.AuthorizeAddress());
        var asked = await browser.Open(Browser.AuthorizeAddress(("prompt", "login")));
        var stranger = await new Browser(identity).Open(Browser.AuthorizeAddress(("prompt", "none")));

        Assert.NotNull(again.Code);
        Assert.Contains("<form", asked.Page, StringComparison.Ordinal);
        Assert.Equal("login_required", stranger.Error);
    }

    [Fact]
    public async Task A_native_app_may_listen_on_any_port_of_its_own_machine()
    {
        var arrival = await new Browser(identity).SignIn(
            Tourist, address: Browser.AuthorizeAddress(("redirect_uri", "http://127.0.0.1:53211/signed-in")));

        Assert.NotNull(arrival.Code);
    }

    [Theory]
    [InlineData("another-verifier-that-is-long-enough-to-be-one-0000")]
    [InlineData("")]
    public async Task A_code_without_its_verifier_is_worth_nothing(string verifier)
    {
        var browser = new Browser(identity);
        var arrival = await browser.SignIn(Tourist);

        var (answer, body) = await browser.Exchange(arrival.Code!, verifier);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False(body.TryGetProperty("access_token", out _));
    }

    [Fact]
    public async Task A_code_used_twice_ends_what_the_first_use_got()
    {
        var browser = new Browser(identity);
        var arrival = await browser.SignIn(Tourist);
        var (_, first) = await browser.Exchange(arrival.Code!);

        var (second, _) = await browser.Exchange(arrival.Code!);
        var (refreshed, _) = await identity.Post(
            "/connect/token", ("grant_type", "refresh_token"), ("client_id", "app"),
            ("refresh_token", first.GetProperty("refresh_token").GetString()!));

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (second.StatusCode, refreshed.StatusCode));
    }

    [Theory]
    [InlineData("code_challenge", null)]
    [InlineData("code_challenge_method", "plain")]
    [InlineData("response_type", "token")]
    public async Task An_app_that_does_not_prove_itself_gets_no_code(string parameter, string? value)
    {
        var changes = value is null
            ? new (string, string?)[] { (parameter, null), ("code_challenge_method", null) }
            : [(parameter, value)];

        var arrival = await new Browser(identity).Open(Browser.AuthorizeAddress(changes));

        Assert.Null(arrival.Code);
        Assert.DoesNotContain("<form", arrival.Page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example/signed-in")]
    [InlineData("http://127.0.0.1/signed-in/../evil")]
    [InlineData("http://127.0.0.1.evil.example/signed-in")]
    public async Task A_redirect_address_that_is_not_the_apps_is_never_gone_to(string redirectUri)
    {
        var arrival = await new Browser(identity).Open(Browser.AuthorizeAddress(("redirect_uri", redirectUri)));

        Assert.Equal(HttpStatusCode.BadRequest, arrival.Status);
        Assert.Equal("localhost", arrival.At.Host);
    }

    [Fact]
    public async Task A_code_is_bound_to_the_address_it_was_sent_to()
    {
        var browser = new Browser(identity);
        var arrival = await browser.SignIn(Tourist);

        var (answer, _) = await browser.Exchange(arrival.Code!, redirectUri: "jingdezhen-tourism://signed-in");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_form_from_another_site_signs_nobody_in()
    {
        var browser = new Browser(identity);
        var page = await browser.Open(Browser.AuthorizeAddress());

        var forged = await browser.Submit(page, Tourist, IdentityFixture.Password, withToken: false);
        var genuine = await browser.Submit(page, Tourist, IdentityFixture.Password);

        Assert.Equal((HttpStatusCode.BadRequest, null), (forged.Status, forged.Code));
        Assert.NotNull(genuine.Code);
    }

    [Theory, InlineData("zh-CN", "账号或密码不正确"), InlineData("en", "The account or the password is wrong")]
    public async Task A_wrong_password_is_said_in_the_readers_language(string language, string said)
    {
        var browser = new Browser(identity);
        browser.Speak(language);
        var address = await identity.SignUp();

        var arrival = await browser.SignIn(address, "wrong-password");

        Assert.Equal((HttpStatusCode.BadRequest, null), (arrival.Status, arrival.Code));
        Assert.Contains(said, WebUtility.HtmlDecode(arrival.Page), StringComparison.Ordinal);
    }

    [Theory, InlineData("https://evil.example/"), InlineData("//evil.example/"), InlineData("/\\evil.example")]
    public async Task The_page_is_no_springboard(string target)
    {
        var browser = new Browser(identity);

        var arrival = await browser.SignIn(Tourist, address: $"/connect/sign-in?return={Uri.EscapeDataString(target)}");

        Assert.Equal("localhost", arrival.At.Host);
    }

    [Fact]
    public async Task A_machine_has_no_business_on_the_page()
    {
        var arrival = await new Browser(identity).Open(Browser.AuthorizeAddress(("client_id", "demo-reseller")));

        Assert.Equal(HttpStatusCode.BadRequest, arrival.Status);
    }
}
