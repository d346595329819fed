using Jingdezhen.Tourism.Identity.Accounts;
using Jingdezhen.Tourism.Identity.Clients;
using Jingdezhen.Tourism.Identity.Storage;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Jingdezhen.Tourism.Identity.SignIns;

/// <summary>
/// POST /connect/token: a code, a refresh token, a client's secret or (demo only) a password becomes an access token.
/// OpenIddict has checked the request, the client and the code or token before this runs.
/// </summary>
internal static class ExchangeToken
{
    public static async Task<IResult> Handle(
        HttpContext http, IdentityDb db, PasswordCheck passwords, IOpenIddictApplicationManager clients,
        IConfiguration configuration, CancellationToken cancellation)
    {
        var request = http.GetOpenIddictServerRequest()!;
        var client = await clients.FindByClientIdAsync(request.ClientId!, cancellation);
        if (client is null || !await ClientData.MayBeUsedAsync(clients, client, configuration, cancellation))
        {
            return No(Errors.InvalidClient, "This client exists in the demo only.");
        }

        if (request.IsPasswordGrantType())
        {
            var signedIn = await passwords.SignInAsync(request.Username, request.Password, cancellation);
            return signedIn.IsRefused
                ? No(Errors.InvalidGrant, signedIn.Refusal.Reason)
                : Token(signedIn.Value, request.GetScopes());
        }

        if (request.IsClientCredentialsGrantType())
        {
            var machine = await ClientData.AccountOfAsync(clients, client, db, cancellation);
            return machine is null
                ? No(Errors.InvalidClient, "The account of this client is gone.")
                : Token(machine, request.GetScopes());
        }

        // A code or a refresh token: the account is read again, so what was taken from it is not in the new token.
        var known = (await http.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal!;
        var account = Guid.TryParse(known.GetClaim(Claims.Subject), out var id)
            ? await db.Accounts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation)
            : null;
        if (account is null || known.GetClaim(TokenClaims.StampClaim) != account.Stamp.ToString()
            || (account.IsDemo && !configuration.GetValue("Demo", false)))
        {
            return No(Errors.InvalidGrant, "This sign-in has ended.");
        }

        return Token(account, known.GetScopes());
    }

    private static IResult Token(Account account, IEnumerable<string> scopes) => Results.SignIn(
        TokenClaims.Of(account, scopes), authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);

    private static IResult No(string error, string because) => Results.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = because,
        }), [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
}
