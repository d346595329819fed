using System.Net.Http.Headers;

namespace Jingdezhen.Tourism.Testing;

/// <summary>
/// A service as a process of its own, listening on loopback: what a crash test kills and a benchmark measures.
/// </summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private const string Prefix = "Jingdezhen.Tourism.";
    private readonly PrivateProcess _process;

    private ServiceProcess(PrivateProcess process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }
    public int Id => _process.Id;
    public string Output => _process.Output;

    /// <param name="anchor">The service's DbContext; its assembly is started.</param>
    /// <param name="settings">Configuration keys and values, as <see cref="ServiceFixture{TDb}.Environment"/> gives
    /// them.</param>
    public static Task<ServiceProcess> StartAsync(Type anchor, IReadOnlyDictionary<string, string> settings) =>
        StartAsync(NameOf(anchor), settings, new Uri($"http://127.0.0.1:{PrivateProcess.FreePort()}"));

    /// <param name="service">The name of its folder.</param>
    /// <param name="address">Where it listens, on loopback.</param>
    public static async Task<ServiceProcess> StartAsync(
        string service, IReadOnlyDictionary<string, string> settings, Uri address)
    {
        var environment = EnvironmentOf(settings);
        environment["ASPNETCORE_URLS"] = address.ToString();

        // Its settings lie beside its assembly, not where the tests were started.
        environment["ASPNETCORE_CONTENTROOT"] = Path.GetDirectoryName(BuiltAssembly(service))!;
        var process = new ServiceProcess(
            PrivateProcess.Start("dotnet", [BuiltAssembly(service)], environment), address);
        using var http = new HttpClient { BaseAddress = address };
        try
        {
            await Eventually.Holds(
                () => process.HealthAsync(http, service), health => health.Ready, TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{service} did not become ready: {late.Message}\n{process.Output}", late);
        }

        return process;
    }

    /// <summary>
    /// Runs a service with arguments, <c>migrate</c> for one, to its end and returns what it printed.
    /// </summary>
    /// <exception cref="InvalidOperationException">It ended with another code than 0.</exception>
    public static Task<string> RunAsync(
        Type anchor, IReadOnlyDictionary<string, string> settings, params string[] arguments) =>
        RunAsync(NameOf(anchor), settings, arguments);

    /// <param name="service">The name of its folder.</param>
    public static Task<string> RunAsync(
        string service, IReadOnlyDictionary<string, string> settings, params string[] arguments) =>
        PrivateProcess.RunAsync("dotnet", [BuiltAssembly(service), .. arguments], EnvironmentOf(settings));

    public HttpClient Client(string token) => new()
    {
        BaseAddress = Address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };

    /// <summary>kill -9.</summary>
    public void Kill() => _process.Kill();

    /// <summary>SIGTERM and wait.</summary>
    public Task StopAsync() => _process.StopAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task<(bool Ready, string Said)> HealthAsync(HttpClient http, string service)
    {
        if (_process.HasExited) throw new InvalidOperationException($"{service} died:\n{Output}");
        try
        {
            using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return (answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException fault)
        {
            return (false, fault.Message);
        }
    }

    private static Dictionary<string, string> EnvironmentOf(IReadOnlyDictionary<string, string> settings) =>
        new(settings.Select(setting => KeyValuePair.Create(
            setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value)))
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
        };

    // The service's own output folder, not the copy beside the tests: only there are its runtime settings complete.
    // Benchmarks name another, with copies that were compiled ahead of time.
    private static string BuiltAssembly(string service)
    {
        if (Environment.GetEnvironmentVariable("JDZ_TEST_SERVICES") is { Length: > 0 } laidOut)
        {
            return Path.Combine(laidOut, service, Prefix + service + ".dll");
        }

        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = folder.Name;
        while (folder is not null && folder.Name != "artifacts") folder = folder.Parent;

        return Path.Combine(folder?.FullName ?? ".", "bin", service, configuration, Prefix + service + ".dll");
    }

    private static string NameOf(Type anchor) => anchor.Assembly.GetName().Name![Prefix.Length..];
}
