using Jingdezhen.Tourism.Routes.Planning;
using Polly;

namespace Jingdezhen.Tourism.Routes.Travel;

internal static class TravelRegistration
{
    public static void AddTravel(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(
            builder.Configuration.GetSection("Travel:Rules").Get<TravelRules>()
            ?? new TravelRules());
        builder.Services.AddSingleton<OsrmTables>();
        builder.Services.AddSingleton<TravelTimes>();
        builder.Services.AddHttpClient(OsrmTables.Client).AddStandardResilienceHandler(resilience =>
        {
            // A plan is wanted within 100 ms: a slow map costs the first few visitors a little, and then nobody.
            resilience.AttemptTimeout.Timeout = TimeSpan.FromMilliseconds(
                builder.Configuration.GetValue("Travel:Osrm:TimeoutMilliseconds", 400));
            resilience.TotalRequestTimeout.Timeout = 2.5 * resilience.AttemptTimeout.Timeout;
            resilience.Retry.MaxRetryAttempts = 1;
            resilience.Retry.BackoffType = DelayBackoffType.Constant;
            resilience.Retry.Delay = TimeSpan.FromMilliseconds(20);
            resilience.CircuitBreaker.SamplingDuration = TimeSpan.FromSeconds(10);
            resilience.CircuitBreaker.MinimumThroughput = 4;
            resilience.CircuitBreaker.FailureRatio = 0.5;
            resilience.CircuitBreaker.BreakDuration = TimeSpan.FromSeconds(15);
        });
    }
}
