using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Jingdezhen.Tourism.Testing;

/// <summary>
/// The services of deploy/services as processes of their own, wired as deploy/up wires them: a database and a virtual
/// host of their own, one gateway, tokens from Identity, the demo's accounts and the Jingdezhen catalogue.
/// </summary>
public sealed class RunningPlatform : IAsyncDisposable
{
    private const string DemoPassword = "Porcelain-1-tests";
    private readonly Dictionary<string, ServiceProcess> _processes = [];
    private readonly Dictionary<string, Uri> _addresses = [];
    private readonly Dictionary<string, string> _shared = [];
    private readonly Dictionary<string, (string Runtime, string Owner)> _databases = [];
    private readonly ConcurrentDictionary<string, (string Token, DateTimeOffset Until)> _tokens = [];
    private readonly HttpClient _anonymous;
    private readonly Uri _broker;

    private RunningPlatform(Uri broker, IEnumerable<Listed> services, IReadOnlyDictionary<string, string> settings)
    {
        _broker = broker;
        foreach (var service in services) _addresses[service.Name] = new(
            $"http://127.0.0.1:{PrivateProcess.FreePort()}");

        foreach (var (name, address) in _addresses) _shared[$"Services:{name}"] = address.ToString();
        _shared["ConnectionStrings:Broker"] = broker.ToString();
        _shared["Auth:Issuer"] = Gateway.ToString();
        _shared["Auth:Metadata"] = new Uri(_addresses["Identity"], ".well-known/openid-configuration").ToString();
        _shared["Demo"] = "true";
        _shared["Demo:Password"] = DemoPassword;
        foreach (var secret in new[] { "Secrets:Key", "Identity:MasterKey", "Guests:EncryptionKey", "Guests:HashKey" })
        {
            _shared[secret] = Convert.ToBase64String(new byte[32]);
        }

        foreach (var (name, value) in settings) _shared[name] = value;
        _anonymous = new() { BaseAddress = Gateway };
    }

    private sealed record Listed(string Name, bool HasDatabase);

    public IReadOnlyCollection<string> Services => _addresses.Keys;

    /// <summary>The services that own one.</summary>
    public IReadOnlyCollection<string> Databases => _databases.Keys;

    public Uri Gateway => _addresses["Gateway"];
    public Uri AddressOf(string service) => _addresses[service];

    /// <summary>The owner's connection string of a service's database.</summary>
    public string DatabaseOf(string service) => _databases[service].Owner;

    public string OutputOf(string service) => _processes[service].Output;

    /// <summary>
    /// Starts what is named, or everything, and returns when all are ready and the catalogue is loaded.
    /// </summary>
    /// <param name="settings">Configuration that every service gets on top.</param>
    public static async Task<RunningPlatform> StartAsync(
        IReadOnlyDictionary<string, string>? settings = null, params string[] services)
    {
        var listed = ReadServices().Where(service => services.Length == 0 || services.Contains(service.Name)).ToList();
        var platform = new RunningPlatform(
            await TestBroker.CreateAsync(), listed, settings ?? new Dictionary<string, string>());
        foreach (var service in listed.Where(service => service.HasDatabase))
        {
            platform._databases[service.Name] = await TestPostgres.CreateEmptyAsync();
        }

        // Two at a time: a machine with two cores gains nothing from more.
        await Parallel.ForEachAsync(
            listed, new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (service, _) => await platform.StartAsync(service));
        if (listed.Exists(service => service.Name == "Bookings")) await platform.LoadCatalogueAsync();

        return platform;
    }

    /// <summary>A client of the gateway, signed in with a demo account.</summary>
    /// <param name="account">tourist, tourist2, host, merchant, operator or admin.</param>
    public async Task<HttpClient> As(string account) => With(await TokenAsync(account));

    public HttpClient With(string token) => new()
    {
        BaseAddress = Gateway,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };

    /// <summary>A token by the demo's password grant; kept for half of its five minutes.</summary>
    public async Task<string> TokenAsync(string account)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (_tokens.TryGetValue(account, out var kept) && kept.Until > now) return kept.Token;

        var fresh = await SignInAsync($"{account}@demo.jingdezhen.example", DemoPassword);
        _tokens[account] = (fresh, now + TimeSpan.FromMinutes(2.5));
        return fresh;
    }

    /// <summary>A fresh token by name and password.</summary>
    public async Task<string> SignInAsync(string username, string password)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "password", ["client_id"] = "demo", ["username"] = username, ["password"] = password,
        });
        using var answer = await _anonymous.PostAsync(new Uri("connect/token", UriKind.Relative), form);
        var text = await answer.Content.ReadAsStringAsync();
        return JsonDocument.Parse(text).RootElement.TryGetProperty("access_token", out var token)
            ? token.GetString()!
            : throw new InvalidOperationException($"No token for {username}: {text}");
    }

    /// <summary>kill -9.</summary>
    public void Kill(string service) => _processes[service].Kill();

    /// <summary>SIGTERM and wait.</summary>
    public Task StopAsync(string service) => _processes[service].StopAsync();

    /// <summary>Starts a service again that was killed or stopped, at its old address.</summary>
    public async Task StartAgainAsync(string service)
    {
        await _processes[service].DisposeAsync();
        _processes[service] = await ServiceProcess.StartAsync(service, SettingsOf(service), _addresses[service]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.Values) await process.DisposeAsync();
        _anonymous.Dispose();
        await TestBroker.DropAsync(_broker);
    }

    private async Task StartAsync(Listed service)
    {
        if (service.HasDatabase) await ServiceProcess.RunAsync(service.Name, SettingsOf(service.Name), "migrate");
        var process = await ServiceProcess.StartAsync(service.Name, SettingsOf(service.Name), _addresses[service.Name]);
        lock (_processes) _processes[service.Name] = process;
    }

    private Dictionary<string, string> SettingsOf(string service)
    {
        var settings = new Dictionary<string, string>(_shared);
        if (_databases.TryGetValue(service, out var database))
        {
            settings["ConnectionStrings:Database"] = database.Runtime;
            settings["ConnectionStrings:Migrations"] = database.Owner;
        }

        return settings;
    }

    private async Task LoadCatalogueAsync()
    {
        string File(string name) =>
            System.IO.File.ReadAllText(Path.Combine(Repository.Root, "deploy", "catalogue", $"{name}.json"));

        // Identity seeds the demo's accounts right after its start.
        await Eventually.Holds(
            async () =>
            {
                try
                {
                    return await TokenAsync("admin");
                }
                catch (InvalidOperationException fault)
                {
                    return fault.Message;
                }
            },
            token => token.StartsWith("ey", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        using var admin = await As("admin");
        using var files = new StringContent(
            $$"""
            {"places":{{File("places")}},"suppliers":{{File("suppliers")}},"products":{{File("products")}},
            "assumptions":{{File("assumed")}}}
            """, new MediaTypeHeaderValue("application/json"));
        using var answer = await admin.PostAsync(new Uri("v1/products/import", UriKind.Relative), files);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(
                $"The catalogue was refused: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    private static IEnumerable<Listed> ReadServices() =>
        File.ReadLines(Path.Combine(Repository.Root, "deploy", "services"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(columns => new Listed(columns[0], columns[2] == "yes"));
}
