using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace Jingdezhen.Tourism.Bookings.Tests.Orders;

/// <summary>Bookings with Routes and Homestays beside it, which answer what a test says.</summary>
public sealed class NeighboursFixture : BookingsFixture
{
    internal Neighbour Routes { get; } = new();
    internal Neighbour Homestays { get; } = new();

    protected override void ConfigureServices(IServiceCollection services)
    {
        services.AddHttpClient("Routes").ConfigurePrimaryHttpMessageHandler(() => Routes);
        services.AddHttpClient("Homestays").ConfigurePrimaryHttpMessageHandler(() => Homestays);
        // The clock of these tests stands: whoever waits by it before trying again waits for ever.
        services.ConfigureAll<HttpStandardResilienceOptions>(
            resilience => resilience.Retry.Delay = TimeSpan.Zero);
    }
}

/// <summary>Another service over its protocol: what it answers for a path that contains a text.</summary>
internal sealed class Neighbour : HttpMessageHandler
{
    private readonly Lock _gate = new();
    private readonly List<(string Part, HttpStatusCode Status, string Body)> _answers = [];
    private readonly List<HttpRequestMessage> _asked = [];

    public void Answer(string part, object body, HttpStatusCode status = HttpStatusCode.OK)
    {
        lock (_gate) _answers.Add((part, status, JsonSerializer.Serialize(body, JsonSerializerOptions.Web)));
    }

    /// <summary>Whose name was shown with the last request for it.</summary>
    public string? AuthorizationOf(string part)
    {
        lock (_gate)
        {
            return _asked.FindLast(request => request.RequestUri!.PathAndQuery.Contains(
                part, StringComparison.Ordinal))?.Headers.Authorization?.ToString();
        }
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _asked.Add(request);
            var path = request.RequestUri!.PathAndQuery;
            var known = _answers.FindLast(answer => path.Contains(answer.Part, StringComparison.Ordinal));
            return Task.FromResult(new HttpResponseMessage(known.Body is null ? HttpStatusCode.NotFound : known.Status)
            {
                Content = new StringContent(known.Body ?? "{}", System.Text.Encoding.UTF8, "application/json"),
                RequestMessage = request,
            });
        }
    }
}
