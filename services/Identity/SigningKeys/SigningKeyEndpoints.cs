using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using OpenIddict.Server;

namespace Jingdezhen.Tourism.Identity.SigningKeys;

public sealed record SigningKeyResponse(Guid Id, string State, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt);

internal static class SigningKeyEndpoints
{
    public static RouteGroupBuilder MapSigningKeys(this RouteGroupBuilder admin)
    {
        var keys = admin.MapGroup("/signing-keys").RequireAuthorization(Roles.Admin).WithTags("Signing keys");
        keys.MapGet("/", List).WithName("ListSigningKeys");
        keys.MapPost("/rotate", Rotate).WithName("RotateSigningKeys");
        return admin;
    }

    public static WebApplicationBuilder AddSigningKeys(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SigningKeyRing>();
        builder.Services.AddSingleton<IConfigureOptions<OpenIddictServerOptions>>(
            services => services.GetRequiredService<SigningKeyRing>());
        builder.Services.AddSingleton<IOptionsChangeTokenSource<OpenIddictServerOptions>>(
            services => services.GetRequiredService<SigningKeyRing>());
        builder.Services.AddHostedService<KeepSigningKeysJob>();
        builder.Services.AddHealthChecks().AddCheck<KeysAreLoaded>("signing-keys", tags: ["ready"]);

        // Our own tokens need no detour over our own metadata.
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .PostConfigure<SigningKeyRing>((bearer, ring) =>
            {
                bearer.Configuration = new OpenIdConnectConfiguration();
                bearer.TokenValidationParameters.IssuerSigningKeyResolver = (_, _, kid, parameters) =>
                    [.. ring.Keys.Concat(parameters.IssuerSigningKeys ?? []).Where(key => key.KeyId == kid)];
            });
        return builder;
    }

    private static async Task<Ok<List<SigningKeyResponse>>> List(
        IdentityDb db, CancellationToken cancellation, int limit = 50, Guid? after = null)
    {
        // The newest first: what comes after an id is older.
        var keys = await db.SigningKeys.AsNoTracking().Where(key => after == null || key.Id < after)
            .OrderByDescending(key => key.Id).Take(Math.Clamp(limit, 1, 100)).ToListAsync(cancellation);
        return TypedResults.Ok(keys.ConvertAll(key => new SigningKeyResponse(
            key.Id, key.IsCurrent ? "current" : key.IsNext ? "next" : "retired", key.CreatedAt, key.RetiredAt)));
    }

    private static async Task<Ok<List<SigningKeyResponse>>> Rotate(
        IdentityDb db, SigningKeyRing ring, CancellationToken cancellation)
    {
        await ring.KeepAsync(db, rotateNow: true, cancellation);
        return await List(db, cancellation);
    }

    private sealed class KeysAreLoaded(SigningKeyRing ring) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken) =>
            Task.FromResult(ring.Keys.Count > 0
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("The signing keys have not been read yet."));
    }
}
