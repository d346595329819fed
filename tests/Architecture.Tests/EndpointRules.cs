using System.Collections;
using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Jingdezhen.Tourism.Architecture.Tests;

/// <summary>The routes of every service, read from the service itself; nothing of it runs but its composition.</summary>
public sealed class EndpointRules
{
    // Routes that change something for a caller who has not signed in, each with the reason why it must be so.
    private static readonly string[] OpenChanges =
    [
        "/connect/", "/v1/sign-ups", "/v1/accounts", // Identity: signing in and up is what makes a caller known.
        "/v1/provider-events", "/v1/webhooks", // Payments: the provider's signature is the authority.
        "/v1/surveys/by-case", // Complaints: the number of the case and the phone of who complained.
    ];

    public static TheoryData<string> Services => [.. Service.All.Select(service => service.Name)];

    [Theory, MemberData(nameof(Services))]
    public void Every_route_wants_a_signed_in_caller_or_says_that_it_does_not(string name)
    {
        using var running = Compose(Service.All.Single(service => service.Name == name));
        var fallback = running.Services.GetRequiredService<IOptions<AuthorizationOptions>>().Value.FallbackPolicy;

        Objections.None(running.Routes.SelectMany(route => SaysWhoMayCome(route, fallback)));
        Objections.None(running.Routes.SelectMany(ChangesNothingForStrangers));
    }

    [Theory, MemberData(nameof(Services))]
    public void Every_list_is_bounded(string name)
    {
        using var running = Compose(Service.All.Single(service => service.Name == name));

        Objections.None(running.Routes.SelectMany(ListIsBounded));
    }

    [Fact]
    public void An_open_route_a_change_for_strangers_and_a_list_without_a_bound_are_noticed()
    {
        var open = Route("GET", () => "open");
        var change = Route("POST", () => "changed", new AllowAnonymousAttribute());
        var list = Route("GET", () => new List<string>());
        var task = Route("GET", () => Task.FromResult(TypedResults.Ok(Array.Empty<int>())));

        Assert.NotEmpty(SaysWhoMayCome(open, fallback: null));
        Assert.NotEmpty(ChangesNothingForStrangers(change));
        Assert.NotEmpty(ListIsBounded(list));
        Assert.NotEmpty(ListIsBounded(task));
        Assert.Empty(ListIsBounded(Route("GET", (int? limit) => new List<string> { $"{limit}" })));
    }

    private static IEnumerable<string> SaysWhoMayCome(RouteEndpoint route, AuthorizationPolicy? fallback)
    {
        var said = route.Metadata.GetMetadata<IAuthorizeData>() is not null || route.Metadata.GetMetadata<IAllowAnonymous>() is not null
            || route.Metadata.GetMetadata<AuthorizationPolicy>() is not null;
        if (!said && fallback is null) yield return $"{route.RoutePattern.RawText} is open to everyone without saying so";
    }

    private static IEnumerable<string> ChangesNothingForStrangers(RouteEndpoint route)
    {
        var methods = route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];
        if (route.Metadata.GetMetadata<IAllowAnonymous>() is not null && methods.Any(method => method is not ("GET" or "HEAD" or "OPTIONS"))
            && !OpenChanges.Any(prefix => $"/{route.RoutePattern.RawText!.TrimStart('/')}".StartsWith(prefix, StringComparison.Ordinal)))
        {
            yield return $"{string.Join(',', methods)} {route.RoutePattern.RawText} changes something for a caller who has not signed in";
        }
    }

    private static IEnumerable<string> ListIsBounded(RouteEndpoint route)
    {
        var reads = route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") ?? false;
        if (!reads || route.Metadata.GetMetadata<MethodInfo>() is not { } handler || !Answers(handler.ReturnType).Any(IsList)) yield break;

        var bounded = handler.GetParameters().Any(parameter =>
            IsLimit(parameter.Name) || parameter.ParameterType.GetProperties().Any(property => IsLimit(property.Name)));
        if (!bounded) yield return $"{route.RoutePattern.RawText} answers a list and takes no limit";
    }

    private static bool IsLimit(string? name) => string.Equals(name, "limit", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<Type> Answers(Type returned) =>
        returned.IsGenericType && (returned.Name.StartsWith("Task`", StringComparison.Ordinal) || returned.Name.StartsWith("ValueTask`", StringComparison.Ordinal)
            || returned.Namespace == "Microsoft.AspNetCore.Http.HttpResults")
            ? returned.GetGenericArguments().SelectMany(Answers)
            : [returned];

    private static bool IsList(Type type) =>
        type != typeof(string) && type != typeof(byte[]) && type.IsAssignableTo(typeof(IEnumerable)) && !type.IsAssignableTo(typeof(IDictionary));

    private static RouteEndpoint Route(string method, Delegate handler, params object[] metadata) => new(
        _ => Task.CompletedTask, Microsoft.AspNetCore.Routing.Patterns.RoutePatternFactory.Parse("/broken"), 0,
        new EndpointMetadataCollection([handler.Method, new HttpMethodMetadata([method]), .. metadata]), "broken");

    private static Composed Compose(Service service) =>
        (Composed)typeof(EndpointRules).GetMethod(nameof(ComposeOf), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(service.Db).Invoke(null, null)!;

    private static Composed ComposeOf<TDb>() where TDb : class
    {
        var application = new WebApplicationFactory<TDb>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment("Testing");
            foreach (var (name, value) in Settings) host.UseSetting(name, value);
            host.ConfigureServices(services =>
            {
                foreach (var job in services.Where(added => added.ServiceType == typeof(IHostedService)
                    && added.ImplementationType?.Name != "GenericWebHostService").ToArray())
                {
                    services.Remove(job);
                }
            });
        });
        return new(application, application.Services);
    }

    // Enough for a service to be put together; nothing connects.
    private static Dictionary<string, string> Settings => new(
        new[] { "Identity", "Bookings", "Metrics", "Routes", "Homestays", "Payments", "Complaints", "Notifications", "Gateway" }
            .Select(name => KeyValuePair.Create($"Services:{name}", "http://127.0.0.1:1/")))
    {
        ["ConnectionStrings:Database"] = "Host=none;Username=nobody",
        ["ConnectionStrings:Migrations"] = "Host=none;Username=nobody",
        ["ConnectionStrings:Broker"] = "amqp://guest:guest@127.0.0.1:1/",
        ["Secrets:Key"] = Convert.ToBase64String(new byte[32]),
    };

    private sealed record Composed(IDisposable Application, IServiceProvider Services) : IDisposable
    {
        public IEnumerable<RouteEndpoint> Routes =>
            Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

        public void Dispose() => Application.Dispose();
    }
}
