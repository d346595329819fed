using Jingdezhen.Tourism.Identity.Accounts;
using Jingdezhen.Tourism.Identity.Storage;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Identity;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Jingdezhen.Tourism.Identity.SignIns;

/// <summary>The authorization server: which grants there are, how long tokens live, what they look like.</summary>
internal static class SignInExtensions
{
    public static readonly TimeSpan AccessTokenLifetime = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan RefreshTokenLifetime = TimeSpan.FromDays(14);

    public static WebApplicationBuilder AddSignIns(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var https = configuration.GetValue("Auth:RequireHttps", false);
        builder.Services.AddScoped<PasswordCheck>();
        builder.Services.AddSingleton<IPasswordHasher<Account>, PasswordHasher<Account>>();
        builder.Services.AddAntiforgery(antiforgery => antiforgery.Cookie.Name = "jdz-form");
        builder.Services.AddAuthentication().AddCookie(CookieAuthenticationDefaults.AuthenticationScheme, cookie =>
        {
            cookie.Cookie.Name = "jdz-signed-in";
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            cookie.Cookie.Path = "/connect";
            cookie.ExpireTimeSpan = TimeSpan.FromHours(8);
            cookie.SlidingExpiration = false;
        });
        builder.Services.AddHostedService<PruneTokensJob>();
        builder.Services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<IdentityDb>().ReplaceDefaultEntities<Guid>())
            .AddServer(server =>
            {
                // Links in the metadata follow the address the request came to; the issuer is one and the same for all.
                server.SetIssuer(configuration["Auth:Issuer"] ?? "http://127.0.0.1:8080/")
                    .SetAuthorizationEndpointUris("connect/authorize")
                    .SetTokenEndpointUris("connect/token")
                    .SetRevocationEndpointUris("connect/revoke")
                    .SetEndSessionEndpointUris("connect/sign-out")
                    .SetJsonWebKeySetEndpointUris(".well-known/jwks");
                server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange()
                    .AllowRefreshTokenFlow().AllowClientCredentialsFlow();
                if (configuration.GetValue("Demo", false)) server.AllowPasswordFlow();

                server.RegisterScopes(Scopes.OpenId, Scopes.Profile, Scopes.OfflineAccess);
                server.SetAuthorizationCodeLifetime(TimeSpan.FromMinutes(1)).SetAccessTokenLifetime(AccessTokenLifetime)
                    .SetRefreshTokenLifetime(RefreshTokenLifetime).SetRefreshTokenReuseLeeway(TimeSpan.Zero)
                    .DisableAccessTokenEncryption();

                // Codes and refresh tokens are nobody's to read but ours: sealed by the vault, so that they neither
                // need the signing keys nor outlive them. Access tokens stay signed JWTs.
                server.UseDataProtection().PreferDefaultAccessTokenFormat();
                var web = server.UseAspNetCore().EnableAuthorizationEndpointPassthrough()
                    .EnableTokenEndpointPassthrough().EnableEndSessionEndpointPassthrough();
                if (!https) web.DisableTransportSecurityRequirement();
            });
        builder.Services.AddOptions<OpenIddictServerOptions>().Configure<Secrets.Vault>((options, vault) =>
        {
            // OpenIddict insists on one, though nothing of ours is an encrypted JWT.
            options.EncryptionCredentials.Add(new(
                new Microsoft.IdentityModel.Tokens.SymmetricSecurityKey(vault.KeyFor("token-encryption")),
                Microsoft.IdentityModel.Tokens.SecurityAlgorithms.Aes256KW,
                Microsoft.IdentityModel.Tokens.SecurityAlgorithms.Aes256CbcHmacSha512));
            options.CodeChallengeMethods.Clear();
            options.CodeChallengeMethods.Add(CodeChallengeMethods.Sha256);
        });

        // Only the gateway may say under which name and from where it was called.
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders =
                ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            foreach (var network in configuration.GetSection("Proxies:Trusted").Get<string[]>() ?? [])
            {
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
            }
        });
        return builder;
    }

    public static void MapSignIns(this IEndpointRouteBuilder app)
    {
        var connect = app.MapGroup("/connect").AllowAnonymous().ExcludeFromDescription();
        connect.MapPost("/token", ExchangeToken.Handle).WithName("ExchangeToken");
        connect.MapMethods("/authorize", [HttpMethods.Get, HttpMethods.Post], Authorize.Handle).WithName("Authorize");
        connect.MapGet("/sign-in", SignInPage.Show).WithName("ShowSignIn");
        connect.MapPost("/sign-in", SignInPage.SignIn).WithName("SignIn");
        connect.MapMethods("/sign-out", [HttpMethods.Get, HttpMethods.Post], (Delegate)Authorize.SignOut)
            .WithName("SignOut");
    }
}
