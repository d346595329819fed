using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Testing;
using MassTransit;
using Npgsql;

namespace Jingdezhen.Tourism.Benchmarks.Payments;

/// <summary>
/// Captures a second through the sandbox over HTTP, against pgbench writing the same rows with bare SQL on the same server
/// (fsync on), in one run; then the time from the provider's word to PaymentCaptured at a subscriber, at 50 a second.
/// </summary>
public static class PaymentsBenchmark
{
    private const int Captures = 12_000;
    private const int Clients = 64;
    private const int PerSecond = 50;
    private const int Seconds = 20;
    private static readonly string Binaries = Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin/";

    public static async Task<int> RunAsync(string[] _)
    {
        await using var server = await StartServerAsync();
        var owner = $"{server.Connection};Database=bench";
        var runtime = $"Host=127.0.0.1;Port={server.Port};Username=app;Database=bench";
        await ExecuteAsync(server.Connection + ";Database=postgres", "CREATE ROLE app LOGIN; ");
        await ExecuteAsync(server.Connection + ";Database=postgres", "CREATE DATABASE bench");
        await Database.MigrateAsync<PaymentsDb>(owner, "app", CancellationToken.None);
        var flushes = await FlushesAsync(server);
        var broker = await TestBroker.CreateAsync();
        var settings = new Dictionary<string, string>(ServiceFixture<PaymentsDb>.Environment(runtime, owner, broker)) { ["Demo"] = "true" };

        double ours, p50, p99;
        await using (var service = await ServiceProcess.StartAsync(typeof(PaymentsDb), settings))
        {
            await CapturesAsync(service, owner, await PendingAsync(owner, 1000));
            ours = await CapturesAsync(service, owner, await PendingAsync(owner, Captures));
            (p50, p99) = await LatencyAsync(service, broker, await PendingAsync(owner, PerSecond * Seconds));
        }

        var bare = await BareAsync(server, owner, await PendingAsync(owner, Captures));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            flushes a second (pgbench, one client, one row): {flushes:0}
            captures a second through the sandbox over HTTP, {Clients} clients: {ours:0}
            the same rows by bare SQL, pgbench, 16 clients: {bare:0}
            ratio: {ours / bare:0.00} (asked: at least 0.5)
            from the provider's word to PaymentCaptured at a subscriber, {PerSecond} a second: p50 {p50:0} ms, p99 {p99:0} ms (asked: p99 under 500)
            """));
        return ours / bare >= 0.5 && p99 < 500 ? 0 : 1;
    }

    private static async Task<double> CapturesAsync(ServiceProcess service, string owner, Guid[] payments)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients }) { BaseAddress = service.Address };
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(payments, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (id, cancellation) =>
        {
            using var answer = await http.PostAsync(new Uri($"/sandbox/payments/{id}/approve", UriKind.Relative), null, cancellation);
            answer.EnsureSuccessStatusCode();
        });
        await Eventually.Equal(0L, () => ScalarAsync<long>(owner, "SELECT count(*) FROM payments WHERE state = 'Pending'"), TimeSpan.FromMinutes(1));
        return payments.Length / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<(double P50, double P99)> LatencyAsync(ServiceProcess service, Uri broker, Guid[] payments)
    {
        var arrived = new ConcurrentDictionary<Guid, long>();
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(broker);
            rabbit.ReceiveEndpoint("benchmark", endpoint => endpoint.Handler<PaymentCaptured>(context =>
            {
                arrived.TryAdd(context.Message.PaymentId, Stopwatch.GetTimestamp());
                return Task.CompletedTask;
            }));
        });
        await bus.StartAsync();
        using var http = new HttpClient { BaseAddress = service.Address };
        var said = new ConcurrentDictionary<Guid, long>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PerSecond));
        var calls = new List<Task>();
        foreach (var id in payments)
        {
            await timer.WaitForNextTickAsync();
            said[id] = Stopwatch.GetTimestamp();
            calls.Add(http.PostAsync(new Uri($"/sandbox/payments/{id}/approve", UriKind.Relative), null));
        }

        await Task.WhenAll(calls);
        await Eventually.Equal(payments.Length, () => Task.FromResult(said.Keys.Count(arrived.ContainsKey)), TimeSpan.FromSeconds(30));
        await bus.StopAsync();
        var times = said.Select(word => Stopwatch.GetElapsedTime(word.Value, arrived[word.Key]).TotalMilliseconds).Order().ToArray();
        return (times[times.Length / 2], times[times.Length * 99 / 100]);
    }

    private static async Task<double> BareAsync(Server server, string owner, Guid[] payments)
    {
        await ExecuteAsync(owner,
            $"""
            CREATE TABLE bench_ids (n bigint PRIMARY KEY, id uuid NOT NULL); CREATE SEQUENCE bench_n;
            INSERT INTO bench_ids SELECT row_number() OVER (), id FROM payments WHERE state = 'Pending';
            """);
        return await PgbenchAsync(server, $"-c 16 -j 2 -t {payments.Length / 16}",
            """
            BEGIN;
            SELECT nextval('bench_n') AS n \gset
            UPDATE payments SET state = 'Captured', captured_at = now(), pay_with = NULL, next_step_at = NULL, provider_reference = 'sandbox'
                WHERE id = (SELECT id FROM bench_ids WHERE n = :n);
            INSERT INTO provider_events (provider, event_id, kind, subject_id, outcome, amount_fen)
                SELECT 'sandbox', id || '-bare', 'payment', id, 'Done', 12000 FROM bench_ids WHERE n = :n;
            SELECT * FROM ledger_lock(ARRAY['held:sandbox', 'payers:sandbox']);
            INSERT INTO ledger_entries (id, key, memo, digest) SELECT id, 'bare:' || id, 'Payment for booking captured', sha256(id::text::bytea)
                FROM bench_ids WHERE n = :n;
            INSERT INTO ledger_postings (entry_id, line, account, amount_fen) SELECT id, line, account, fen FROM bench_ids,
                (VALUES (0, 'payers:sandbox', -12000), (1, 'held:sandbox', 12000)) AS side (line, account, fen) WHERE n = :n;
            INSERT INTO outbox (id, contract, body) SELECT gen_random_uuid(), 'bare', repeat('x', 400) FROM bench_ids WHERE n = :n;
            COMMIT;
            """);
    }

    private static async Task<Guid[]> PendingAsync(string owner, int count)
    {
        await ExecuteAsync(owner,
            $"""
            WITH made AS (
                INSERT INTO payments (id, key, purpose, subject_id, amount_fen, currency, method, provider, expires_at, created_at,
                    capture_later, state, capture_asked, cancel_asked, late, refunded_fen, attempts)
                SELECT gen_random_uuid(), 'bench:' || gen_random_uuid(), 'booking', gen_random_uuid(), 12000, 'CNY', 'sandbox', 'sandbox',
                    now() + interval '1 hour', now(), false, 'Pending', false, false, false, 0, 1 FROM generate_series(1, {count}) RETURNING id)
            INSERT INTO sandbox_charges (id, kind, amount_fen, currency, capture_later, state)
                SELECT id, 'payment', 12000, 'CNY', false, 'waiting' FROM made
            """);
        await using var database = NpgsqlDataSource.Create(owner);
        await using var command = database.CreateCommand("SELECT id FROM payments WHERE state = 'Pending' ORDER BY random()");
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new List<Guid>();
        while (await reader.ReadAsync()) ids.Add(reader.GetGuid(0));
        return [.. ids];
    }

    private static async Task<double> FlushesAsync(Server server)
    {
        await ExecuteAsync(server.Connection + ";Database=bench", "CREATE TABLE bench_flush (n int); INSERT INTO bench_flush VALUES (0)");
        return await PgbenchAsync(server, "-c 1 -T 3", "UPDATE bench_flush SET n = n + 1;\n");
    }

    private static async Task<double> PgbenchAsync(Server server, string arguments, string script)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, script);
        var output = await PrivateProcess.RunAsync(Binaries + "pgbench",
            ["-n", "-h", "127.0.0.1", "-p", $"{server.Port}", "-U", "postgres", "-f", file, .. arguments.Split(' '), "bench"]);
        var line = output.Split('\n').Last(row => row.StartsWith("tps", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
    }

    private static async Task<T> ScalarAsync<T>(string connection, string sql)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var command = database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private static async Task ExecuteAsync(string connection, string sql)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private sealed record Server(PrivateProcess Process, int Port) : IAsyncDisposable
    {
        public string Connection => $"Host=127.0.0.1;Port={Port};Username=postgres";

        public ValueTask DisposeAsync() => Process.DisposeAsync();
    }

    // A server of its own with fsync on: the tests' server has it off, and a flush is what group commit is about.
    private static async Task<Server> StartServerAsync()
    {
        var data = Directory.CreateTempSubdirectory("jdz-bench-").FullName;
        var port = PrivateProcess.FreePort();
        string[] asPostgres = [];
        if (Environment.UserName == "root")
        {
            await PrivateProcess.RunAsync("chown", ["postgres", data]);
            asPostgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"];
        }

        string[] initdb = [.. asPostgres, Binaries + "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8"];
        await PrivateProcess.RunAsync(initdb[0], initdb[1..]);
        string[] postgres =
        [
            .. asPostgres, Binaries + "postgres", "-D", data, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1",
            "-c", "unix_socket_directories=", "-c", "max_connections=100", "-c", "shared_buffers=256MB",
        ];
        var server = new Server(PrivateProcess.Start(postgres[0], postgres[1..]), port);
        await Eventually.Holds(async () =>
        {
            try
            {
                return await ScalarAsync<int>(server.Connection + ";Database=postgres", "SELECT 1");
            }
            catch (NpgsqlException)
            {
                return 0;
            }
        }, answer => answer == 1, TimeSpan.FromSeconds(30));
        return server;
    }
}
