using System.Net;
using System.Security.Cryptography;
using System.Text;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Tests.Workshop;
using Jingdezhen.Tourism.Testing;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace Jingdezhen.Tourism.Platform.Tests.Http;

public sealed class AuthenticationTests(WorkshopFixture workshop) : IClassFixture<WorkshopFixture>
{
    private static readonly Uri Me = new("/v1/me", UriKind.Relative);

    [Fact]
    public async Task A_good_token_says_who_calls()
    {
        var account = Guid.CreateVersion7();

        using var tourist = workshop.As("tourist", account);

        Assert.Contains(account.ToString(), await tourist.GetStringAsync(Me), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> BadTokens => new()
    {
        { "signed by another key", TestTokens.For(
            "admin", key: new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "test" }) },
        { "not signed at all", $"{Part("""{"alg":"none","typ":"at+jwt"}""")}.{Payload()}." },
        { "signed with HS256 and the public key set", Hs256(TestTokens.Jwks) },
        { "signed with HS256 and the public key", Hs256(new JsonWebKeySet(TestTokens.Jwks).Keys[0].X) },
        { "expired", TestTokens.For("admin", lifetime: TimeSpan.FromMinutes(-1)) },
        { "for somebody else", TestTokens.For("admin", audience: "another-service") },
        { "from somebody else", TestTokens.For("admin", issuer: "http://evil.test/") },
        { "of another type", TestTokens.For("admin", type: "logout+jwt") },
        { "with another payload", Swap(TestTokens.For("tourist"), 1, Payload()) },
        { "with its signature cut", TestTokens.For("admin")[..^10] },
        { "no token", "rubbish" },
    };

    [Theory, MemberData(nameof(BadTokens))]
    public async Task A_token_that_proves_nothing_is_refused(string what, string token)
    {
        using var caller = workshop.WithToken(token);

        var answer = await caller.GetAsync(Me);

        Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, what);
        Assert.Equal("unauthorized", (await Problem.Of(answer)).Code);
    }

    [Fact]
    public async Task A_token_seen_before_with_another_signature_is_another_token()
    {
        var token = TestTokens.For("tourist");
        using var known = workshop.WithToken(token);
        using var forged = workshop.WithToken(Swap(token, 2, TestTokens.For("tourist").Split('.')[2]));

        Assert.Equal(HttpStatusCode.OK, (await known.GetAsync(Me)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await forged.GetAsync(Me)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await known.GetAsync(Me)).StatusCode);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task What_was_valid_is_forgotten_when_it_expires_and_not_by_a_clock_that_stands(bool clockMoves)
    {
        var now = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var standing = new FakeTimeProvider(now.GetUtcNow());
        using var handler = new CachingTokenHandler(clockMoves ? now : standing);
        var rules = new TokenValidationParameters
        {
            ValidIssuer = TestTokens.Issuer,
            ValidAudience = TestTokens.Audience,
            IssuerSigningKeys = new JsonWebKeySet(TestTokens.Jwks).GetSigningKeys(),
            LifetimeValidator = (_, expires, _, _) => expires > now.GetUtcNow().UtcDateTime,
        };
        var token = TestTokens.For("tourist", lifetime: TimeSpan.FromMinutes(5));

        var before = await handler.ValidateTokenAsync(token, rules);
        now.Advance(TimeSpan.FromMinutes(6));
        var after = await handler.ValidateTokenAsync(token, rules);

        Assert.True(before.IsValid);
        Assert.Equal(!clockMoves, after.IsValid);
    }

    [Theory]
    [InlineData("tourist", HttpStatusCode.Forbidden)]
    [InlineData("operator", HttpStatusCode.Forbidden)]
    [InlineData("Admin", HttpStatusCode.Forbidden)]
    [InlineData("admin", HttpStatusCode.OK)]
    public async Task A_role_opens_what_is_its_own(string role, HttpStatusCode status)
    {
        using var caller = workshop.As(role);

        Assert.Equal(status, (await caller.GetAsync(new Uri("/v1/kiln", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task A_route_that_says_nothing_wants_a_signed_in_caller()
    {
        using var stranger = workshop.Anonymous();

        var answer = await stranger.GetAsync(Me);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("unauthorized", (await Problem.Of(answer)).Code);
    }

    private static string Part(string json) => Base64UrlEncoder.Encode(json);

    private static string Payload() => Part(
        $$"""
        {"iss":"{{TestTokens.Issuer}}","aud":"{{TestTokens.Audience}}","sub":"{{Guid.CreateVersion7()}}","role":"admin",
        "exp":{{TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds()}}}
        """);

    private static string Hs256(string key)
    {
        var text = $"{Part("""{"alg":"HS256","typ":"at+jwt","kid":"test"}""")}.{Payload()}";
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text));
        return $"{text}.{Base64UrlEncoder.Encode(signature)}";
    }

    private static string Swap(string token, int part, string with)
    {
        var parts = token.Split('.');
        parts[part] = with;
        return string.Join('.', parts);
    }
}
