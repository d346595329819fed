using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Jingdezhen.Tourism.Gateway.Limits;

/// <summary>
/// How much one caller and one address may ask for: token buckets that hold a minute's quota and refill evenly, told to
/// the caller in the fields of draft-ietf-httpapi-ratelimit-headers (RateLimit-Policy and RateLimit).
/// </summary>
/// <remarks>
/// Tokens are read here without being checked, so a caller's quota must protect against made-up ones. Every request
/// also spends its address's quota: inventing callers wins nothing. And a caller's bucket belongs to caller and address
/// together: nobody empties somebody else's from afar by writing their name into a token.
/// </remarks>
internal sealed class RateLimits : IAsyncDisposable
{
    /// <summary>Keys share this many buckets, so that no flood of keys costs more memory than this.</summary>
    private const int MostBuckets = 1 << 16;

    private readonly Policy _caller;
    private readonly Policy _address;
    private readonly Policy _signIn;

    public RateLimits(IConfiguration configuration)
    {
        _caller = new("caller", configuration.GetValue("Limits:CallerPerMinute", 1200));
        _address = new("address", configuration.GetValue("Limits:AddressPerMinute", 6000));
        _signIn = new("sign-in", configuration.GetValue("Limits:SignInPerMinute", 120));
    }

    public async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        var address = AddressOf(context.Connection.RemoteIpAddress);
        List<(Policy Policy, string Key)> counts = [(_address, address)];
        if (IsSignIn(context.Request)) counts.Add((_signIn, address));
        if (UncheckedToken.CallerOf(context.Request) is { } caller) counts.Add((_caller, $"{caller}\n{address}"));

        var policies = string.Join(", ", counts.Select(count => count.Policy.Described));
        var states = new List<string>(counts.Count);
        TimeSpan? wait = null;
        foreach (var (policy, key) in counts)
        {
            wait = policy.Take(key, out var state);
            states.Add(state);
            if (wait is not null) break;
        }

        context.Response.OnStarting(() =>
        {
            context.Response.Headers["RateLimit-Policy"] = policies;
            context.Response.Headers["RateLimit"] = string.Join(", ", states);
            return Task.CompletedTask;
        });
        if (wait is null)
        {
            await next(context);
            return;
        }

        var seconds = Math.Max(1, (int)Math.Ceiling(wait.Value.TotalSeconds));
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await Answers.ProblemAsync(context, $"Please wait {seconds} s.");
    }

    public async ValueTask DisposeAsync()
    {
        await _caller.DisposeAsync();
        await _address.DisposeAsync();
        await _signIn.DisposeAsync();
    }

    /// <summary>Where passwords, secrets and codes are tried.</summary>
    private static bool IsSignIn(HttpRequest request) =>
        HttpMethods.IsPost(request.Method)
        && (request.Path.StartsWithSegments("/connect") || request.Path.StartsWithSegments("/v1/sign-ups"));

    /// <summary>A household's IPv6 has 2^64 addresses; its first half is what it was given.</summary>
    private static string AddressOf(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes(), 0, 8)
            : address.ToString();
    }

    private sealed class Policy(string name, int perMinute) : IAsyncDisposable
    {
        private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, int>(
            key => RateLimitPartition.GetTokenBucketLimiter(

                // String hashes are seeded by the process: nobody can aim at a bucket from outside.
                key.GetHashCode(StringComparison.Ordinal) & (MostBuckets - 1),
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = perMinute,
                    TokensPerPeriod = Math.Max(1, perMinute / 60),
                    ReplenishmentPeriod =
                        perMinute >= 60 ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(60.0 / perMinute),
                    QueueLimit = 0,
                }));

        public string Described => $"\"{name}\";q={perMinute};w=60";

        /// <summary>Takes one; null when there was one, else how long to wait.</summary>
        public TimeSpan? Take(string key, out string state)
        {
            using var lease = _limiter.AttemptAcquire(key);
            var left = _limiter.GetStatistics(key)?.CurrentAvailablePermits ?? 0;
            var untilFull = (int)Math.Ceiling((perMinute - left) * 60.0 / perMinute);
            state = $"\"{name}\";r={left};t={untilFull}";
            if (lease.IsAcquired) return null;
            return lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1);
        }

        public ValueTask DisposeAsync() => _limiter.DisposeAsync();
    }
}
