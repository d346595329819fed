using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Jingdezhen.Tourism.Gateway.Limits;

internal static class LimitExtensions
{
    public static WebApplicationBuilder AddLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RateLimits>();
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = builder.Configuration.GetValue("Limits:LargestBody", 1024L * 1024);
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.MaxRequestHeaderCount = 64;
            kestrel.Limits.MaxRequestLineSize = 8 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
        return builder;
    }

    public static void UseLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        app.UseWhen(
            context => !context.Request.Path.StartsWithSegments("/health"),
            limited => limited.Use((context, next) => limits.HandleAsync(context, next)));
        var imports = app.Configuration.GetSection("Limits:Imports").Get<Dictionary<string, long>>() ?? [];
        foreach (var (prefix, largest) in imports)
        {
            app.UseWhen(
                context => context.Request.Path.StartsWithSegments(prefix),
                import => import.Use((context, next) =>
                {
                    // More passes through here, never more is held; the service judges who may send it.
                    context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = largest;
                    return next(context);
                }));
        }

        app.Use(RefuseLargeBodyAsync);
    }

    /// <summary>
    /// At once, before a byte goes to a service; a body that does not say its length is stopped on its way.
    /// </summary>
    private static Task RefuseLargeBodyAsync(HttpContext context, RequestDelegate next)
    {
        var largest = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (context.Request.ContentLength is not { } length || length <= (largest?.MaxRequestBodySize ?? long.MaxValue))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        return Answers.ProblemAsync(context, $"A body has at most {largest!.MaxRequestBodySize} bytes.");
    }
}
