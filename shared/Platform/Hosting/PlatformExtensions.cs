using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Jingdezhen.Tourism.Platform.Hosting;

/// <summary>How every service of ours runs; a service's Program.cs says nothing else.</summary>
public static class PlatformExtensions
{
    private const long LargestBody = 1024 * 1024;
    private const int DeepestJson = 32;

    private sealed record ServiceName(string Value, Type Db);

    /// <summary>
    /// Adds database, bus, sign-in, problems, telemetry, health and shutdown, all from configuration.
    /// </summary>
    /// <typeparam name="TDb">The service's DbContext; consumers and problem titles are found in its
    /// assembly.</typeparam>
    /// <param name="builder">The host's builder.</param>
    /// <param name="service">Lower-case plural noun, <c>bookings</c>: prefix of queues, name in telemetry.</param>
    /// <param name="contracts">The assembly of the message contracts.</param>
    public static WebApplicationBuilder AddPlatform<TDb>(
        this WebApplicationBuilder builder, string service, Assembly contracts)
        where TDb : DbContext
    {
        builder.Services.AddSingleton(new ServiceName(service, typeof(TDb)));
        builder.AddPlatformHttp(service);
        Problems.Learn(typeof(TDb).Assembly);
        builder.AddPlatformDatabase<TDb>();
        builder.AddPlatformBus(
            typeof(TDb), service, contracts,
            new Uri(builder.Configuration.GetConnectionString("Broker")
                ?? throw new InvalidOperationException("ConnectionStrings:Broker is not configured.")));
        builder.Services.AddHealthChecks().AddAsyncCheck("database", DatabaseAnswersAsync<TDb>, ["ready"]);
        return builder;
    }

    /// <summary>
    /// The part of the platform that a process without database and bus needs too: the gateway, the console.
    /// </summary>
    public static WebApplicationBuilder AddPlatformHttp(this WebApplicationBuilder builder, string service)
    {
        Problems.Learn(typeof(Problems).Assembly);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.AddServerHeader = false;
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning)
            .AddFilter("MassTransit", LogLevel.Warning).AddFilter("Polly", LogLevel.Warning)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        if (builder.Environment.IsProduction()) builder.Logging.AddJsonConsole();

        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.Configure<JsonOptions>(json =>
        {
            json.SerializerOptions.MaxDepth = DeepestJson;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.TypeInfoResolver =
                (json.SerializerOptions.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver())
                .WithAddedModifier(RequiredMembers.Demand);
            json.SerializerOptions.Converters.Add(new PlainTextConverter());
            json.SerializerOptions.Converters.Add(
                new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
        });
        builder.Services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<BadRequestHandler>();
        builder.Services.AddOpenApi();
        builder.Services.AddHealthChecks().AddCheck<ShutdownCheck>("shutdown", tags: ["ready"])
            .AddCheck<GuardsCheck>("guards", tags: ["ready"]);
        builder.Services.AddHostedService<DrainBeforeStop>();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.AddPlatformAuthentication();
        builder.AddPlatformTelemetry(service);
        return builder;
    }

    /// <summary>The middleware in its order, and the routes that every service answers.</summary>
    public static WebApplication UsePlatform(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.Use((HttpContext context, RequestDelegate next) => BufferedBody.KeepAsync(context, next));
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains("ready"),
            ResponseWriter = WriteHealthAsync,
        }).AllowAnonymous();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        app.MapPrometheusScrapingEndpoint("/metrics").AllowAnonymous();
        if (app.Services.GetService<ServiceName>() is { } service) app.MapFailedMessages(service.Value);
        return app;
    }

    /// <summary>
    /// Runs the service; with the argument <c>migrate</c> brings its database up to date and ends. Migrating is a step
    /// of the deployment: starting a replica must not change a database.
    /// </summary>
    /// <exception cref="InvalidOperationException">ConnectionStrings:Migrations is not configured.</exception>
    public static async Task RunOrMigrateAsync<TDb>(this WebApplication app, string[] args) where TDb : DbContext
    {
        if (args is not ["migrate", ..])
        {
            await app.RunAsync();
            return;
        }

        await Database.MigrateAsync<TDb>(
            app.Configuration.GetConnectionString("Migrations")
                ?? throw new InvalidOperationException("ConnectionStrings:Migrations is not configured."),
            new NpgsqlConnectionStringBuilder(app.Configuration.GetConnectionString("Database")).Username,
            CancellationToken.None);
    }

    private static async Task<HealthCheckResult> DatabaseAnswersAsync<TDb>(
        IServiceProvider services, CancellationToken cancellation) where TDb : DbContext
    {
        await using var scope = services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<TDb>().Database;
        var pending = await database.GetPendingMigrationsAsync(cancellation);
        return pending.Any()
            ? HealthCheckResult.Unhealthy($"The database waits for {pending.Count()} migrations: run `migrate`.")
            : HealthCheckResult.Healthy();
    }

    private static IHealthChecksBuilder AddAsyncCheck(
        this IHealthChecksBuilder checks, string name,
        Func<IServiceProvider, CancellationToken, Task<HealthCheckResult>> check, string[] tags) =>
        checks.Add(
            new(name, services => new CheckOf(services, check), HealthStatus.Unhealthy, tags, TimeSpan.FromSeconds(3)));

    private sealed class CheckOf(
        IServiceProvider services, Func<IServiceProvider, CancellationToken, Task<HealthCheckResult>> check)
        : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken) =>
            check(services, cancellationToken);
    }

    /// <summary>Not ready once shutting down: the load balancer turns away while the last requests finish.</summary>
    private sealed class ShutdownCheck(IHostApplicationLifetime lifetime) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken) =>
            Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested
                ? HealthCheckResult.Unhealthy("Shutting down.")
                : HealthCheckResult.Healthy());
    }

    /// <summary>
    /// Control tests take guards out by <c>Guards:</c>, to see the fault that they prevent. Whoever does it elsewhere
    /// is told so: such a process serves, and says what is wrong with it.
    /// </summary>
    private sealed class GuardsCheck(IConfiguration configuration) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken)
        {
            var off = configuration.GetSection("Guards").GetChildren()
                .Where(guard => bool.TryParse(guard.Value, out var on) && !on).Select(guard => guard.Path).ToList();
            return Task.FromResult(off.Count == 0
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded($"{string.Join(", ", off)} off: money and places may be lost."));
        }
    }

    /// <summary>
    /// Goes on serving for <c>Shutdown:DrainSeconds</c> after SIGTERM, not ready any more: the server closes its door
    /// at once when it stops, and a load balancer needs a probe or two to learn of it. None by default.
    /// </summary>
    private sealed class DrainBeforeStop(IConfiguration configuration) : IHostedLifecycleService
    {
        public Task StoppingAsync(CancellationToken cancellationToken) =>
            Task.Delay(
                TimeSpan.FromSeconds(configuration.GetValue("Shutdown:DrainSeconds", 0.0)), CancellationToken.None);

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static Task WriteHealthAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(new
        {
            status = report.Status.ToString(),
            checks = report.Entries.ToDictionary(entry => entry.Key, entry => new
            {
                status = entry.Value.Status.ToString(),
                entry.Value.Description,
            }),
        }, JsonSerializerOptions.Web, context.RequestAborted);
}
