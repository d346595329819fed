using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.EndToEnd.Tests.Orders;

/// <summary>
/// Bookings twice, Homestays and Payments as processes of their own over a real PostgreSQL and a broker that may be killed;
/// any of them dies and comes back at the test's word.
/// </summary>
internal sealed class TripCluster : IAsyncDisposable
{
    private const string Key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static readonly Type[] Anchors = [typeof(BookingsDb), typeof(BookingsDb), typeof(HomestaysDb), typeof(PaymentsDb)];

    private readonly ServiceProcess?[] _processes = new ServiceProcess?[Anchors.Length];
    private readonly IReadOnlyDictionary<string, string>[] _settings;
    private readonly List<string> _owners;

    private TripCluster(PrivateBroker broker, IReadOnlyDictionary<string, string>[] settings, List<string> owners, TripSeed seed)
    {
        (Broker, _settings, _owners, Seed) = (broker, settings, owners, seed);
        (Bookings, Homestays, Payments) = (
            NpgsqlDataSource.Create(owners[0]), NpgsqlDataSource.Create(owners[1]), NpgsqlDataSource.Create(owners[2]));
    }

    public PrivateBroker Broker { get; }
    public TripSeed Seed { get; }
    public NpgsqlDataSource Bookings { get; }
    public NpgsqlDataSource Homestays { get; }
    public NpgsqlDataSource Payments { get; }

    public static int Count => Anchors.Length;

    public static async Task<TripCluster> StartAsync(bool guarded, int days, int slotsADay, int capacity, int rooms)
    {
        var broker = await PrivateBroker.StartAsync();
        var (bookings, bookingsOwner) = await TestPostgres.CreateAsync<BookingsDb>();
        var (homestays, homestaysOwner) = await TestPostgres.CreateAsync<HomestaysDb>();
        var (payments, paymentsOwner) = await TestPostgres.CreateAsync<PaymentsDb>();
        var seed = await TripSeed.PlantAsync(bookingsOwner, homestaysOwner, days, slotsADay, capacity, rooms);
        var shared = new Dictionary<string, string>
        {
            ["Demo"] = "true", ["Secrets:Key"] = Key, ["Orders:HoldPatience"] = "00:00:30", ["Orders:Grace"] = "00:00:10",
            ["Orders:ConfirmPatience"] = "00:00:40", ["Orders:AskAgain"] = "00:00:03",
            ["Guards:Inbox"] = guarded ? "true" : "false", ["Guards:OrderState"] = guarded ? "true" : "false",
        };
        var ofBookings = Settings(bookings, bookingsOwner);
        var cluster = new TripCluster(
            broker, [ofBookings, ofBookings, Settings(homestays, homestaysOwner), Settings(payments, paymentsOwner)],
            [bookingsOwner, homestaysOwner, paymentsOwner], seed);
        await Task.WhenAll(Enumerable.Range(0, Count).Select(cluster.ReviveAsync));
        return cluster;

        Dictionary<string, string> Settings(string runtime, string owner) => new(
            ServiceFixture<BookingsDb>.Environment(runtime, owner, broker.Address).Concat(shared));
    }

    /// <summary>Where one of the two Bookings listens now.</summary>
    public Uri BookingsAddress(int either) =>
        (Volatile.Read(ref _processes[either % 2]) ?? Volatile.Read(ref _processes[(either + 1) % 2]))!.Address;

    public Uri PaymentsAddress => Volatile.Read(ref _processes[3])!.Address;

    /// <summary>kill -9.</summary>
    public void Kill(int process) => _processes[process]!.Kill();

    /// <summary>Starts a process (again) and returns when it is ready; with the broker away it is not, and tries on.</summary>
    public async Task ReviveAsync(int process)
    {
        var old = _processes[process];
        var born = await ServiceProcess.StartAsync(Anchors[process], _settings[process]);
        Volatile.Write(ref _processes[process], born);
        if (old is not null) await old.DisposeAsync();
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
