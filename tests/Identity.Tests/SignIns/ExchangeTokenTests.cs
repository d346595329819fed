using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Testing;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Jingdezhen.Tourism.Identity.Tests.SignIns;

public sealed class ExchangeTokenTests(IdentityFixture identity) : IClassFixture<IdentityFixture>
{
    [Theory]
    [InlineData("tourist", "tourist", "01900000-0000-7000-8000-0000000000b1", null)]
    [InlineData("tourist2", "tourist", "01900000-0000-7000-8000-0000000000b2", null)]
    [InlineData("host", "host", "01900000-0000-7000-8000-0000000000b3", "01900000-0000-7000-8000-0000000000a2")]
    [InlineData("merchant", "merchant", "01900000-0000-7000-8000-0000000000b4", "01900000-0000-7000-8000-0000000000a1")]
    [InlineData("operator", "operator", "01900000-0000-7000-8000-0000000000b5", null)]
    [InlineData("admin", "admin", "01900000-0000-7000-8000-0000000000b6", null)]
    public async Task A_person_of_the_demo_gets_a_signed_token_of_five_minutes(
        string person, string role, string account, string? merchant)
    {
        var (answer, body) = await identity.PasswordGrant(person);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var token = new JsonWebToken(body.GetProperty("access_token").GetString());
        Assert.Equal(("at+jwt", "ES256", TestTokens.Issuer), (token.Typ, token.Alg, token.Issuer));
        Assert.Equal(["jingdezhen-tourism"], token.Audiences);
        Assert.Equal(TimeSpan.FromMinutes(5), token.ValidTo - token.IssuedAt);
        Assert.Equal(
            (account, role, merchant, "demo"),
            (token.Subject, Claim(token, "role"), Claim(token, "merchant_id"), Claim(token, "client_id")));
        Assert.NotEmpty(Claim(token, "name")!);
        Assert.Null(Claim(token, "stamp"));
    }

    [Fact]
    public async Task A_reseller_signs_in_with_its_clients_secret()
    {
        var (_, body) = await identity.Post(
            "/connect/token", ("grant_type", "client_credentials"), ("client_id", "demo-reseller"),
            ("client_secret", IdentityFixture.Password));

        var token = new JsonWebToken(body.GetProperty("access_token").GetString());
        Assert.Equal(
            ("reseller", "01900000-0000-7000-8000-0000000000b7", "01900000-0000-7000-8000-0000000000b7",
                "demo-reseller"),
            (Claim(token, "role"), token.Subject, Claim(token, "merchant_id"), Claim(token, "client_id")));
    }

    [Fact]
    public async Task Identity_believes_its_own_tokens()
    {
        using var tourist = await identity.SignedIn("tourist");

        var profile = await tourist.GetFromJsonAsync<JsonElement>("/v1/accounts/me");

        Assert.Equal("tourist@demo.jingdezhen.example", profile.GetProperty("email").GetString());
    }

    [Fact]
    public async Task The_metadata_names_the_issuer_and_keys_that_can_be_fetched_where_it_was()
    {
        using var service = identity.Anonymous();

        var metadata = await service.GetFromJsonAsync<JsonElement>("/.well-known/openid-configuration");
        var keys = await service.GetFromJsonAsync<JsonElement>(metadata.GetProperty("jwks_uri").GetString());

        Assert.Equal(TestTokens.Issuer, metadata.GetProperty("issuer").GetString());
        Assert.Equal("http://localhost/.well-known/jwks", metadata.GetProperty("jwks_uri").GetString());
        Assert.Equal(
            ["current", "next"],
            keys.GetProperty("keys").EnumerateArray().Select((key, index) => index == 0 ? "current" : "next"));
        Assert.All(keys.GetProperty("keys").EnumerateArray(), key => Assert.False(key.TryGetProperty("d", out _)));
    }

    [Fact]
    public async Task A_wrong_secret_gets_nothing()
    {
        var (answer, body) = await identity.Post(
            "/connect/token", ("grant_type", "client_credentials"), ("client_id", "demo-reseller"),
                ("client_secret", "guess"));

        Assert.Equal(
            (HttpStatusCode.Unauthorized, "invalid_client"),
                (answer.StatusCode, body.GetProperty("error").GetString()));
    }

    private static string? Claim(JsonWebToken token, string type) =>
        token.Claims.SingleOrDefault(claim => claim.Type == type)?.Value;
}
