using Jingdezhen.Tourism.Identity.Accounts;
using Jingdezhen.Tourism.Identity.Storage;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Jingdezhen.Tourism.Identity.SignIns;

/// <summary>
/// GET /connect/authorize: the code for an app whose user has signed in here, else the sign-in page. Every client that
/// may come here is our own, so nobody is asked for consent.
/// </summary>
internal static class Authorize
{
    public static async Task<IResult> Handle(
        HttpContext http, IdentityDb db, IConfiguration configuration, CancellationToken cancellation)
    {
        var request = http.GetOpenIddictServerRequest()!;
        var account = request.HasPromptValue(PromptValues.Login)
            ? null
            : await SignedInAsync(http, db, configuration, cancellation);
        if (account is not null)
        {
            return Results.SignIn(
                TokenClaims.Of(account, request.GetScopes()),
                authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        }

        if (request.HasPromptValue(PromptValues.None))
        {
            return Results.Forbid(
                new AuthenticationProperties(new Dictionary<string, string?>
                {
                    [OpenIddictServerAspNetCoreConstants.Properties.Error] = Errors.LoginRequired,
                }), [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
        }

        // Asked once: with the prompt still in the address the page would come back for ever.
        var back = QueryString.Create(request.GetParameters()
            .Where(parameter => parameter.Key != Parameters.Prompt)
            .Select(parameter => KeyValuePair.Create(parameter.Key, (string?)parameter.Value)));
        return Results.LocalRedirect($"/connect/sign-in{QueryString.Create("return", http.Request.Path + back)}");
    }

    /// <summary>GET /connect/sign-out ends the sign-in here and returns to the app.</summary>
    public static async Task<IResult> SignOut(HttpContext http)
    {
        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return Results.SignOut(
            new AuthenticationProperties { RedirectUri = "/connect/sign-in" },
            [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
    }

    private static async Task<Account?> SignedInAsync(
        HttpContext http, IdentityDb db, IConfiguration configuration, CancellationToken cancellation)
    {
        var cookie = await http.AuthenticateAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        if (!Guid.TryParse(cookie.Principal?.GetClaim(Claims.Subject), out var id)) return null;

        var account = await db.Accounts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation);
        if (account is { IsDemo: true } && !configuration.GetValue("Demo", false)) return null;

        // A changed password ends the sign-ins of other browsers too.
        return account?.Stamp.ToString() == cookie.Principal!.GetClaim(TokenClaims.StampClaim) ? account : null;
    }
}
