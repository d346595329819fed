using System.Net;
using System.Security.Cryptography;
using System.Text;
using Jingdezhen.Tourism.Identity.SigningKeys;
using Jingdezhen.Tourism.Testing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace Jingdezhen.Tourism.Identity.Tests.SignIns;

public sealed class ForgedTokenTests(IdentityFixture identity) : IClassFixture<IdentityFixture>
{
    [Fact]
    public async Task A_token_that_was_made_here_opens() =>
        Assert.Equal(HttpStatusCode.OK, await Ask(await Genuine()));

    [Fact]
    public async Task A_token_with_another_role_written_into_it_does_not()
    {
        var parts = (await Genuine()).Split('.');
        var payload =
            Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(parts[1])).Replace("\"tourist\"", "\"admin\"",
                StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Unauthorized, await Ask($"{parts[0]}.{Encode(payload)}.{parts[2]}"));
    }

    [Fact]
    public async Task A_token_without_a_signature_does_not()
    {
        var payload = (await Genuine()).Split('.')[1];

        var head = Encode("""{"alg":"none","typ":"at+jwt"}""");

        Assert.Equal(HttpStatusCode.Unauthorized, await Ask($"{head}.{payload}."));
    }

    [Fact]
    public async Task A_token_signed_with_the_public_key_as_a_secret_does_not()
    {
        var key = (ECDsaSecurityKey)identity.Services.GetRequiredService<SigningKeyRing>().Keys[0];
        var head = Encode($$"""{"alg":"HS256","typ":"at+jwt","kid":"{{key.KeyId}}"}""");
        var signed = $"{head}.{(await Genuine()).Split('.')[1]}";
        var signature = HMACSHA256.HashData(key.ECDsa.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(signed));

        Assert.Equal(HttpStatusCode.Unauthorized, await Ask($"{signed}.{WebEncoders.Base64UrlEncode(signature)}"));
    }

    [Fact]
    public async Task A_token_signed_by_a_stranger_does_not()
    {
        var stranger = new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            KeyId = identity.Services.GetRequiredService<SigningKeyRing>().Keys[0].KeyId,
        };

        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(TestTokens.For("admin", key: stranger)));
    }

    [Fact]
    public async Task A_token_that_has_run_out_or_is_for_somebody_else_does_not()
    {
        Assert.Equal(HttpStatusCode.Unauthorized,
            await Ask(TestTokens.For("tourist", lifetime: TimeSpan.FromMinutes(-1))));
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(TestTokens.For("tourist", audience: "another-platform")));
        Assert.Equal(HttpStatusCode.NotFound, await Ask(TestTokens.For("tourist")));
    }

    [Fact]
    public async Task A_refresh_token_is_no_access_token()
    {
        var (_, body) = await identity.PasswordGrant("tourist");

        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(body.GetProperty("refresh_token").GetString()!));
    }

    private async Task<string> Genuine() =>
        (await identity.PasswordGrant("tourist")).Body.GetProperty("access_token").GetString()!;

    private async Task<HttpStatusCode> Ask(string token)
    {
        using var caller = identity.WithToken(token);
        return (await caller.GetAsync(new Uri("/v1/accounts/me", UriKind.Relative))).StatusCode;
    }

    private static string Encode(string text) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(text));
}
