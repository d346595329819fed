using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace Jingdezhen.Tourism.Gateway.Routing;

/// <summary>
/// Which prefix goes to which service: <c>Routing:NAME</c> lists prefixes, <c>Services:NAME</c> gives the address. A
/// service without an address is not there, and its prefixes are a 404. Administration goes by the service's own name.
/// </summary>
public sealed class RouteTable(IConfiguration configuration)
{
    /// <summary>The services that are there, in the order of the table.</summary>
    public IReadOnlyList<string> Services { get; } = [.. configuration.GetSection("Routing").GetChildren()
        .Select(service => service.Key).Where(name => configuration[$"Services:{name}"] is { Length: > 0 })];

    internal IReadOnlyList<RouteConfig> Routes =>
    [
        .. from service in Services
           from prefix in Prefixes(service)
           select new RouteConfig
           {
               RouteId = prefix,
               ClusterId = service,
               Match = new() { Path = $"{prefix}/{{**rest}}" },
           },
        .. from service in Services
           select new RouteConfig
           {
               RouteId = DocumentPath(service),
               ClusterId = service,
               Match = new() { Path = DocumentPath(service), Methods = [HttpMethods.Get] },
           }.WithTransformPathSet("/openapi/v1.json"),
    ];

    internal IReadOnlyList<ClusterConfig> Clusters =>
    [
        .. from service in Services
           select new ClusterConfig
           {
               ClusterId = service,
               Destinations = new Dictionary<string, DestinationConfig>
               {
                   [service] = new() { Address = configuration[$"Services:{service}"]! },
               },

               // Idle, not total: an event stream may last, as long as it says something now and then. Who loads large
               // files is given longer: the answer comes when the last row is in.
               HttpRequest = new ForwarderRequestConfig
               {
                   ActivityTimeout = configuration.GetValue(
                       $"Routing:IdleTimeouts:{service}",
                       configuration.GetValue("Routing:IdleTimeout", TimeSpan.FromSeconds(100))),
               },

               // A service that does not answer is left alone for a moment: its callers get their 503 at once.
               HealthCheck = new()
               {
                   Passive = new()
                   {
                       Enabled = true,
                       Policy = "TransportFailureRate",
                       ReactivationPeriod = TimeSpan.FromSeconds(2),
                   },
               },
           },
    ];

    public static string DocumentPath(string service) => $"/openapi/{service.ToLowerInvariant()}.json";

    private IEnumerable<string> Prefixes(string service) =>
    [
        .. configuration.GetSection($"Routing:{service}").Get<string[]>() ?? [],
        $"/v1/admin/{service.ToLowerInvariant()}",
    ];
}
