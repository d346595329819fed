using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.EndToEnd.Tests.Orders;

/// <summary>
/// Bookings twice, Homestays and Payments as processes of their own over a real PostgreSQL and a broker that
/// may be killed; any of them dies and comes back at the test's word, at its old address.
/// </summary>
internal sealed class TripCluster : IAsyncDisposable
{
    private static readonly string[] Names = ["Bookings", "Bookings", "Homestays", "Payments"];

    private readonly ServiceProcess?[] _processes = new ServiceProcess?[Names.Length];
    private readonly Uri[] _addresses =
        [.. Names.Select(_ => new Uri($"http://127.0.0.1:{PrivateProcess.FreePort()}"))];
    private readonly Dictionary<string, string>[] _settings;
    private readonly List<string> _owners;

    private TripCluster(PrivateBroker broker, Dictionary<string, string>[] settings, List<string> owners, TripSeed seed)
    {
        (Broker, _settings, _owners, Seed) = (broker, settings, owners, seed);
        (Bookings, Homestays, Payments) = (
            NpgsqlDataSource.Create(owners[0]), NpgsqlDataSource.Create(owners[1]), NpgsqlDataSource.Create(owners[2]));
    }

    public static int Count => Names.Length;

    public PrivateBroker Broker { get; }
    public TripSeed Seed { get; }
    public NpgsqlDataSource Bookings { get; }
    public NpgsqlDataSource Homestays { get; }
    public NpgsqlDataSource Payments { get; }
    public Uri PaymentsAddress => _addresses[3];

    /// <param name="guardsOff">Inbox, OrderState: what the control runs without.</param>
    public static async Task<TripCluster> StartAsync(
        IReadOnlyList<string> guardsOff, int days, int slotsADay, int capacity, int rooms)
    {
        var broker = await PrivateBroker.StartAsync();
        var shared = new Dictionary<string, string>
        {
            ["ConnectionStrings:Broker"] = broker.Address.ToString(), ["Auth:Issuer"] = TestTokens.Issuer,
            ["Auth:Jwks"] = TestTokens.Jwks, ["Demo"] = "true",
            ["Secrets:Key"] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            ["Services:Homestays"] = "http://127.0.0.1:9", ["Services:Routes"] = "http://127.0.0.1:9",
            ["Orders:HoldPatience"] = "00:00:30", ["Orders:Grace"] = "00:00:10", ["Orders:ConfirmPatience"] =
                "00:00:40",
            ["Orders:AskAgain"] = "00:00:03",
        };
        foreach (var guard in guardsOff) shared[$"Guards:{guard}"] = "false";
        var owners = new List<string>();
        var settings = new List<Dictionary<string, string>>();
        foreach (var name in Names.Distinct())
        {
            var (runtime, owner) = await TestPostgres.CreateEmptyAsync();
            owners.Add(owner);
            settings.Add(
                new(shared) { ["ConnectionStrings:Database"] = runtime, ["ConnectionStrings:Migrations"] = owner });
            await ServiceProcess.RunAsync(name, settings[^1], "migrate");
        }

        var seed = await TripSeed.PlantAsync(owners[0], owners[1], days, slotsADay, capacity, rooms);
        var cluster = new TripCluster(broker, [settings[0], .. settings], owners, seed);
        for (var process = 0; process < Count; process++) await cluster.ReviveAsync(process);
        return cluster;
    }

    /// <summary>Where one of the two Bookings listens.</summary>
    public Uri BookingsAddress(int either) => _addresses[either % 2];

    /// <summary>What a process says of its own health.</summary>
    public async Task<string> HealthAsync(int process)
    {
        using var http = new HttpClient { BaseAddress = _addresses[process] };
        return await http.GetStringAsync(new Uri("/health/ready", UriKind.Relative));
    }

    /// <summary>kill -9.</summary>
    public void Kill(int process) => _processes[process]!.Kill();

    /// <summary>Starts a process (again) and returns when it is ready.</summary>
    public async Task ReviveAsync(int process)
    {
        if (_processes[process] is { } dead) await dead.DisposeAsync();
        _processes[process] = await ServiceProcess.StartAsync(Names[process], _settings[process], _addresses[process]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (process is not null) await process.DisposeAsync();
        }

        await Broker.DisposeAsync();
        foreach (var database in new[] { Bookings, Homestays, Payments }) await database.DisposeAsync();
        foreach (var owner in _owners) await TestPostgres.DropAsync(owner);
    }
}
