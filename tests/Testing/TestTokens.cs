using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Jingdezhen.Tourism.Testing;

/// <summary>Access tokens as Identity would sign them, from a key that only this test run knows.</summary>
public static class TestTokens
{
    public const string Issuer = "http://issuer.test/";
    public const string Audience = "jingdezhen-tourism";

    private static readonly ECDsaSecurityKey Key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "test" };

    /// <summary>The public key set, for <c>Auth:Jwks</c>.</summary>
    public static string Jwks
    {
        get
        {
            var point = Key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
            return $$"""
                {"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","kid":"test",
                "x":"{{Base64UrlEncoder.Encode(point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}]}
                """;
        }
    }

    public static string For(
        string role, Guid? account = null, Guid? merchant = null, string client = "test", TimeSpan? lifetime = null,
        SecurityKey? key = null, string? audience = null, string? issuer = null, string type = "at+jwt")
    {
        var claims = new Dictionary<string, object>
        {
            ["sub"] = (account ?? Guid.CreateVersion7()).ToString(), ["role"] = role, ["client_id"] = client,
        };
        if (merchant is not null) claims["merchant_id"] = merchant.Value.ToString();

        var expires = TimeProvider.System.GetUtcNow().UtcDateTime + (lifetime ?? TimeSpan.FromHours(1));
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Issuer,
            Audience = audience ?? Audience,
            TokenType = type,
            Subject = new ClaimsIdentity(),
            Claims = claims,
            Expires = expires,
            IssuedAt = expires - TimeSpan.FromDays(1),
            SigningCredentials = new(key ?? Key, SecurityAlgorithms.EcdsaSha256),
        });
    }
}
