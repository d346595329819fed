using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace Jingdezhen.Tourism.Platform.Http;

public static class ServiceClients
{
    /// <summary>
    /// A named client for another service or an outside provider, with timeout, bounded retry and breaker; for reading.
    /// Its address is <c>Services:NAME</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The address is not configured.</exception>
    public static IHttpClientBuilder AddServiceClient(this WebApplicationBuilder builder, string name)
    {
        var client = builder.Services.AddHttpClient(name, http => http.BaseAddress = new(
            builder.Configuration[$"Services:{name}"]
            ?? throw new InvalidOperationException($"Services:{name} is not configured.")));
        client.AddStandardResilienceHandler(resilience =>
        {
            resilience.AttemptTimeout.Timeout = TimeSpan.FromSeconds(3);
            resilience.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(8);
            resilience.Retry.MaxRetryAttempts = 2;
            resilience.Retry.DisableForUnsafeHttpMethods();
            resilience.CircuitBreaker.SamplingDuration = TimeSpan.FromSeconds(15);
        });
        return client;
    }
}
