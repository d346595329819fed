using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Homestays.Tests.Stays;

/// <summary>Two processes of Homestays over one database and one broker, as in production.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    private readonly string _owner;
    private readonly Uri _broker;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly ServiceProcess[] _processes;

    private Replicas(string owner, Uri broker, IReadOnlyDictionary<string, string> settings,
        ServiceProcess[] processes) =>
        (_owner, _broker, _settings, _processes) = (owner, broker, settings, processes);

    public static async Task<Replicas> StartAsync(bool roomLock = true)
    {
        var (runtime, owner) = await TestPostgres.CreateAsync<HomestaysDb>();
        var broker = await TestBroker.CreateAsync();
        var settings = new Dictionary<string, string>(ServiceFixture<HomestaysDb>.Environment(runtime, owner, broker))
        {
            ["Demo"] = "true",
            ["Admission:RoomLock"] = roomLock ? "true" : "false",
            ["Feeds:AllowedHosts"] = CalendarServer.Address.Authority,
        };
        var replicas = new Replicas(owner, broker, settings,
            await Task.WhenAll(Enumerable.Range(0, 2).Select(_ =>
                ServiceProcess.StartAsync(typeof(HomestaysDb), settings))));
        await replicas.Sql("CREATE TABLE story_messages (message_id uuid, merchant uuid)");
        return replicas;
    }

    public HttpClient Client(int replica, string token) => _processes[replica].Client(token);

    public Uri Address(int replica) => _processes[replica].Address;

    public void Kill(int replica) => _processes[replica].Kill();

    public async Task RestartAsync(int replica) =>
        _processes[replica] = await ServiceProcess.StartAsync(typeof(HomestaysDb), _settings);

    public async Task Save(params object[] entities)
    {
        await using var database = NpgsqlDataSource.Create(_owner);
        var options = (DbContextOptions<HomestaysDb>)Database.Configure(new DbContextOptionsBuilder<HomestaysDb>(),
            database).Options;
        await using var db = new HomestaysDb(options);
        db.AddRange(entities);
        await db.SaveChangesAsync();
    }

    public async Task Save(House house)
    {
        await Save(house.Household, house.Host);
        await Save(house.Listing);
        await Save([.. house.Rooms]);
    }

    public async Task<long> Count(string sql)
    {
        await using var connection = new NpgsqlConnection(_owner);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public async Task Sql(string sql)
    {
        await using var connection = new NpgsqlConnection(_owner);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Nights of a room that two live stays share.</summary>
    public Task<long> Overlaps() => Count(
        """
        SELECT count(*) FROM stays a JOIN stays b ON a.room_id = b.room_id AND a.id < b.id
            AND daterange(a.arrival, a.departure) && daterange(b.arrival, b.departure)
        WHERE a.state IN ('held', 'confirmed', 'checked-in', 'checked-out')
          AND b.state IN ('held', 'confirmed', 'checked-in', 'checked-out')
        """);

    /// <summary>Stays whose nights were sold and are neither paid, nor earned, nor given back to the fen.</summary>
    public Task<long> UnaccountedStays() => Count(
        """
        SELECT count(*) FROM stays s LEFT JOIN income_entries e ON e.stay_id = s.id WHERE NOT CASE s.state
            WHEN 'confirmed' THEN s.paid_fen - s.refunded_fen >= s.price_fen AND e.stay_id IS NULL
            WHEN 'checked-in' THEN s.paid_fen > 0 AND e.stay_id IS NULL
            WHEN 'checked-out' THEN e.kept_fen = s.paid_fen - s.refunded_fen
            WHEN 'no-show' THEN e.kept_fen = s.paid_fen - s.refunded_fen
            WHEN 'cancelled' THEN s.paid_fen = s.refunded_fen + coalesce(e.kept_fen, 0)
            ELSE s.paid_fen = 0 AND e.stay_id IS NULL END
        """);

    /// <summary>What guests paid for stays that are over, less refunds, less what the statements say of it.</summary>
    public Task<long> MissingFen() => Count(
        """
        SELECT (SELECT coalesce(sum(paid_fen - refunded_fen), 0) FROM stays
                WHERE state IN ('checked-out', 'cancelled', 'no-show'))
             - (SELECT coalesce(sum(host_fen + platform_fen + village_fen), 0) FROM income_entries)
        """);

    /// <summary>Stays of their own whose refunds on the way are not what they have given back.</summary>
    public Task<long> UnownedRefunds() => Count(
        """
        SELECT count(*) FROM stays s WHERE s.order_id IS NULL
            AND CASE s.authority WHEN 'payment' THEN s.refunded_fen ELSE 0 END
                <> (SELECT coalesce(sum(r.amount_fen), 0) FROM stay_refunds r
                    WHERE r.stay_id = s.id AND r.key NOT LIKE '%-back')
        """);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        await TestBroker.DropAsync(_broker);
    }
}

/// <summary>One pair for all tests of a class: starting processes takes longer than most of what they are
/// asked.</summary>
public sealed class ReplicasFixture : IAsyncLifetime
{
    internal Replicas Pair { get; private set; } = null!;

    public async Task InitializeAsync() => Pair = await Replicas.StartAsync();

    public Task DisposeAsync() => Pair.DisposeAsync().AsTask();
}
