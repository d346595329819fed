using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace Jingdezhen.Tourism.Platform.Hosting;

/// <summary>
/// Signed access tokens (RFC 9068) of one issuer, checked without asking it: its keys are fetched and kept. Any OpenID
/// Connect provider drops in by <c>Auth:Issuer</c> and <c>Auth:Metadata</c>; <c>Auth:Jwks</c> gives the keys inline.
/// </summary>
internal static class Authentication
{
    public const string DefaultIssuer = "http://127.0.0.1:8080/";
    public const string Audience = "jingdezhen-tourism";

    public static void AddPlatformAuthentication(this WebApplicationBuilder builder)
    {
        var auth = builder.Configuration.GetSection("Auth");
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<TimeProvider>((options, clock) =>
            {
                options.MapInboundClaims = false;
                options.RequireHttpsMetadata = auth.GetValue("RequireHttps", false);
                options.TokenHandlers.Clear();
                options.TokenHandlers.Add(new CachingTokenHandler(clock) { MapInboundClaims = false });
                options.TokenValidationParameters = new()
                {
                    // An allow-list: neither "none" nor a symmetric algorithm signed with a public key gets in.
                    ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256],
                    ValidTypes = ["at+jwt", "JWT"],
                    ValidIssuer = auth["Issuer"] ?? DefaultIssuer,
                    ValidAudience = auth["Audience"] ?? Audience,
                    NameClaimType = "sub",
                    RoleClaimType = "role",
                    ClockSkew = TimeSpan.FromSeconds(10),
                };
                if (auth["Jwks"] is { } keys)
                {
                    options.TokenValidationParameters.IssuerSigningKeys = new JsonWebKeySet(keys).GetSigningKeys();
                }
                else
                {
                    options.MetadataAddress = auth["Metadata"] ?? $"{DefaultIssuer}.well-known/openid-configuration";
                }
            });

        var authorization = builder.Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        foreach (var (name, roles) in Roles.Policies)
        {
            authorization.AddPolicy(name, policy => policy.RequireRole(roles));
        }
    }
}
