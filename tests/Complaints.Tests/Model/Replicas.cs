using Jingdezhen.Tourism.Complaints.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Ledger;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Complaints.Tests.Model;

/// <summary>Two processes of Complaints over one database and one broker, as in production.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;
    private readonly DbContextOptions<ComplaintsDb> _options;
    private readonly ServiceProcess[] _processes;

    private Replicas(NpgsqlDataSource database, ServiceProcess[] processes)
    {
        (_database, _processes) = (database, processes);
        _options = (DbContextOptions<ComplaintsDb>)Database.Configure(new DbContextOptionsBuilder<ComplaintsDb>(),
            database).Options;
    }

    public static async Task<Replicas> StartAsync(params (string Name, string Value)[] settings)
    {
        var (runtime, owner) = await TestPostgres.CreateAsync<ComplaintsDb>();
        var all = new Dictionary<string, string>(
            ServiceFixture<ComplaintsDb>.Environment(runtime, owner, await TestBroker.CreateAsync()))
        {
            ["Secrets:Key"] = Convert.ToBase64String(new byte[32]), ["Fund:OpeningFen"] = "400000",
        };
        foreach (var (name, value) in settings) all[name] = value;
        var replicas = new Replicas(NpgsqlDataSource.Create(owner), await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => ServiceProcess.StartAsync(typeof(ComplaintsDb), all))));
        await Eventually.Equal(1, () => replicas.ReadAsync(db => db.Set<LedgerEntry>().CountAsync()));
        return replicas;
    }

    public HttpClient Client(int replica, string token) => _processes[replica % 2].Client(token);

    public async Task<T> ReadAsync<T>(Func<ComplaintsDb, Task<T>> read)
    {
        await using var db = new ComplaintsDb(_options);
        return await read(db);
    }

    /// <summary>Through an outbox, as another service would; the same news twice is two messages.</summary>
    public Task<int> PublishAsync(params object[] messages) => ReadAsync(db =>
    {
        foreach (var message in messages) Outbox.Publish(db, message);
        return db.SaveChangesAsync();
    });

    public Task<int> SqlAsync(string sql) => ReadAsync(db => db.Database.ExecuteSqlRawAsync(sql));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        await _database.DisposeAsync();
    }
}
