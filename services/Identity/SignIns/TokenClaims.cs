using System.Security.Claims;
using Jingdezhen.Tourism.Identity.Accounts;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Jingdezhen.Tourism.Identity.SignIns;

/// <summary>
/// What a token says of an account: always the account as it is now, so a new role is in the next token.
/// </summary>
internal static class TokenClaims
{
    public const string Audience = "jingdezhen-tourism";
    public const string StampClaim = "stamp";

    public static ClaimsPrincipal Of(Account account, IEnumerable<string> scopes)
    {
        var identity =
            new ClaimsIdentity(TokenValidationParameters.DefaultAuthenticationType, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, account.Id.ToString())
            .SetClaim(Claims.Name, account.Name)
            .SetClaims(Claims.Role, [.. account.Roles])
            .SetClaim(StampClaim, account.Stamp.ToString());
        if (account.MerchantId is { } merchant) identity.SetClaim("merchant_id", merchant.ToString());

        identity.SetScopes(scopes).SetResources(Audience);

        // The stamp stays inside codes and refresh tokens: it is ours to compare and nobody's to read.
        identity.SetDestinations(claim => claim.Type == StampClaim ? [] : [Destinations.AccessToken,
            Destinations.IdentityToken]);
        return new(identity);
    }
}
