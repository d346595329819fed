using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Jingdezhen.Tourism.Gateway.Requests;

/// <summary>What happens to every request, wherever it goes.</summary>
internal static class RequestHandling
{
    /// <summary>The page brings scripts and styles of its own, and speaks to nobody but us.</summary>
    private const string DocsPolicy =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

    public static WebApplicationBuilder AddRequestHandling(this WebApplicationBuilder builder)
    {
        // Every service checks tokens itself; here nothing may refuse what only a service can judge. On seeing a scheme
        // provider the framework would put its middleware in by itself.
        builder.Services.RemoveAll<IAuthenticationSchemeProvider>();
        builder.Services.Configure<AuthorizationOptions>(authorization => authorization.FallbackPolicy = null);

        // From a stranger X-Forwarded-For is a story; only the proxies named here are believed.
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in builder.Configuration.GetSection("Proxies:Trusted").Get<string[]>() ?? [])
            {
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
            }
        });
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(builder.Configuration.GetSection("Cors:Origins").Get<string[]>() ?? [])
            .AllowAnyMethod().AllowAnyHeader()
            .WithExposedHeaders("Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id")
            .SetPreflightMaxAge(TimeSpan.FromMinutes(10))));
        return builder;
    }

    public static void UseRequestHandling(this WebApplication app)
    {
        // Without a trusted proxy the middleware would believe everybody, so then it is not there at all.
        if (app.Configuration.GetSection("Proxies:Trusted").GetChildren().Any()) app.UseForwardedHeaders();
        app.Use(RequestIds.AssignAsync);
        app.Use(AddSecurityHeadersAsync);
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRouting();
        app.UseCors();
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains("ready"),
        });

        // On the public address nobody needs to know how busy we are.
        if (app.Configuration.GetValue("Metrics:Exposed", false)) app.MapPrometheusScrapingEndpoint("/metrics");
    }

    private static Task AddSecurityHeadersAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            if (context.Request.Path.StartsWithSegments("/docs")) headers.ContentSecurityPolicy = DocsPolicy;
            if (context.Request.IsHttps) headers.StrictTransportSecurity = "max-age=31536000";
            return Task.CompletedTask;
        });
        return next(context);
    }
}
