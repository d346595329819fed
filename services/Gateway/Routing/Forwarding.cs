using Jingdezhen.Tourism.Gateway.Limits;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace Jingdezhen.Tourism.Gateway.Routing;

/// <summary>The way to the services and back. Bodies are streamed in both directions and never held.</summary>
internal static class Forwarding
{
    private const int SecondsUntilRetry = 2;

    public static WebApplicationBuilder AddForwarding(this WebApplicationBuilder builder)
    {
        var table = new RouteTable(builder.Configuration);
        builder.Services.AddSingleton(table);

        // It would log every address it calls, and some addresses are secrets (a calendar's feed).
        builder.Logging.AddFilter("Yarp", LogLevel.Warning);
        builder.Services.AddReverseProxy()
            .LoadFromMemory(table.Routes, table.Clusters)
            .ConfigureHttpClient((_, http) =>
            {
                http.ConnectTimeout = TimeSpan.FromSeconds(2);
                http.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30);
            })
            .AddTransforms(transforms =>
            {
                // X-Forwarded-* are set anew by default; whoever sends one of these made it up.
                foreach (var header in (string[])["Forwarded", "X-Real-IP", "X-Original-URL", "X-Rewrite-URL"])
                {
                    transforms.AddRequestHeaderRemove(header);
                }

                // Links in answers (Identity's metadata above all) name the address that the caller knows.
                transforms.AddOriginalHost();

                // The gateway's own request id is the one that counts, and what a service runs on is nobody's business.
                transforms.AddResponseHeaderRemove("X-Request-Id", ResponseCondition.Always);
                transforms.AddResponseHeaderRemove("Server", ResponseCondition.Always);
            });
        return builder;
    }

    public static void MapForwarding(this WebApplication app) => app.MapReverseProxy(pipeline =>
    {
        pipeline.Use((context, next) => ExplainFaultsAsync(context, next));
        pipeline.UseLoadBalancing();
        pipeline.UsePassiveHealthChecks();
    });

    /// <summary>A service that is down, hung or restarting is a 503 with Retry-After, and never an empty 502.</summary>
    private static async Task ExplainFaultsAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);

        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested) return;
        var fault = context.Features.Get<IForwarderErrorFeature>();
        if (fault is null && context.Response.StatusCode != StatusCodes.Status503ServiceUnavailable) return;

        var isTooLarge = fault?.Exception is { } exception && IsTooLarge(exception);
        var isClients = fault?.Error is ForwarderError.RequestBodyClient or ForwarderError.RequestCanceled;
        context.Response.StatusCode = isTooLarge ? StatusCodes.Status413PayloadTooLarge
            : isClients ? StatusCodes.Status400BadRequest
            : StatusCodes.Status503ServiceUnavailable;
        if (context.Response.StatusCode == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = $"{SecondsUntilRetry}";
        }

        await Answers.ProblemAsync(context);
    }

    // Copying the body and waiting for the answer fail together, so the cause may be one of several.
    private static bool IsTooLarge(Exception exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode == StatusCodes.Status413PayloadTooLarge,
        AggregateException several => several.InnerExceptions.Any(IsTooLarge),
        _ => exception.InnerException is { } inner && IsTooLarge(inner),
    };
}
