using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.Benchmarks.Homestays;

/// <summary>
/// <c>homestays holds</c>: holds a second over HTTP against what pgbench reaches with the bare insert under the same
/// constraint, in turns, on one durable server. <c>homestays search</c>: an open loop of searches over 20,000 rooms.
/// </summary>
internal static partial class HomestaysBenchmark
{
    private const int Rooms = 20_000, Clients = 64;

    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10;
        var binaries = Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin/";
        var server = await TestPostgres.StartPrivateAsync(durable: true);
        Environment.SetEnvironmentVariable("JDZ_TEST_POSTGRES", server);
        var (runtime, owner) = await TestPostgres.CreateAsync<HomestaysDb>();
        await SeedAsync(owner);
        switch (args.FirstOrDefault())
        {
            case "holds":
                return await HoldsAsync(binaries, runtime, owner, seconds);
            case "search":
                return await SearchAsync(runtime, owner, args.Length > 2
                    ? int.Parse(args[2], CultureInfo.InvariantCulture) : 500, seconds);
            default:
                Console.Error.WriteLine("usage: homestays holds|search [SECONDS [SEARCHES-A-SECOND]]");
                return 2;
        }
    }

    private static async Task<ServiceProcess> ServeAsync(string runtime, string owner)
    {
        var broker = await TestBroker.CreateAsync();
        return await ServiceProcess.StartAsync(typeof(HomestaysDb), new Dictionary<string, string>(
            ServiceFixture<HomestaysDb>.Environment(runtime, owner, broker)) { ["Demo"] = "true",
            ["DOTNET_TieredPGO"] = "1" });
    }

    private static async Task<int> HoldsAsync(string binaries, string runtime, string owner, int seconds)
    {
        await using var service = await ServeAsync(runtime, owner);
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script,
            """
            \set room random(1, 20000)
            \set day random(30, 390)
            INSERT INTO stays (id, room_id, listing_id, merchant_id, household_id, arrival, departure, adults, children, state,
                nightly_fen, price_fen, channel, awaits_host, expires_at, free_until, late_refund_percent, paid_fen, refunded_fen)
            VALUES (gen_random_uuid(), md5('room' || :room::int)::uuid, md5('listing' || :room::int / 3)::uuid, md5('merchant')::uuid, md5('household')::uuid,
                current_date + :day::int, current_date + :day::int + 1, 2, 0, 'held', '{30000}', 30000, 'app', false,
                now() + interval '15 minutes', now(), 50, 0, 0) ON CONFLICT DO NOTHING;
            """);
        await HoldForAsync(service, TimeSpan.FromSeconds(5), round: 0);
        var (bare, http) = (new List<double>(), new List<double>());
        for (var round = 1; round <= 3; round++)
        {
            bare.Add(await PgbenchAsync(binaries, owner, script, seconds));
            http.Add(await HoldForAsync(service, TimeSpan.FromSeconds(seconds), round));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"round {round}: pgbench {bare[^1]:F0}/s, HTTP {http[^1]:F0}/s, ratio {http[^1] / bare[^1]:F2}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"holds, {Clients} clients, {Rooms} rooms, spread: pgbench {bare.Order().ElementAt(1):F0}/s, "
            + $"HTTP {http.Order().ElementAt(1):F0}/s, ratio {http.Order().ElementAt(1) / bare.Order().ElementAt(1):F2}"));
        return http.Order().ElementAt(1) >= bare.Order().ElementAt(1) ? 0 : 1;
    }

    private static async Task<double> PgbenchAsync(string binaries, string owner, string script, int seconds)
    {
        var to = new NpgsqlConnectionStringBuilder(owner);
        var output = await PrivateProcess.RunAsync(
            binaries + "pgbench",
            ["-h", "127.0.0.1", "-p", $"{to.Port}", "-U", "postgres", "-n", "-M", "prepared", "-c", $"{Clients}", "-j",
                "2", "-T",
             $"{seconds}", "-f", script, to.Database!]);
        return double.Parse(Tps().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>Each client has one connection and always one request on it; only held rooms count.</summary>
    private static async Task<double> HoldForAsync(ServiceProcess service, TimeSpan length, int round)
    {
        var token = TestTokens.For("tourist");
        var (held, failed, started) = (0L, 0L, Stopwatch.GetTimestamp());
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().AddHours(8).DateTime);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var random = new Random((round * 1000) + client);
            using var tcp = new TcpClient { NoDelay = true };
            await tcp.ConnectAsync("127.0.0.1", service.Address.Port);
            var stream = tcp.GetStream();
            var buffer = new byte[16 * 1024];
            for (var number = 0; Stopwatch.GetElapsedTime(started) < length; number++)
            {
                var day = today.AddDays(random.Next(30, 390));
                var body = $"{{\"roomId\":\"{RoomId(random.Next(1, Rooms + 1))}\",\"arrival\":\"{day:yyyy-MM-dd}\",\"departure\":\"{day.AddDays(1):yyyy-MM-dd}\",\"adults\":2}}";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(
                    $"POST /v1/stays HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {round}-{client}-{number}\r\n"
                    + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
                var status = await ReadAnswerAsync(stream, buffer);
                if (status == 201) Interlocked.Increment(ref held);
                else if (status != 409) Interlocked.Increment(ref failed);
            }
        })));
        if (failed > 0) throw new InvalidOperationException($"{failed} holds failed.\n{service.Output}");
        return held / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<int> ReadAnswerAsync(NetworkStream stream, byte[] buffer)
    {
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length));
            if (read == 0) throw new IOException("The service hung up.");
            length += read;
            var head = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (head < 0) continue;
            var text = Encoding.ASCII.GetString(buffer, 0, head);
            var body = Length().Match(text) is { Success: true } sized
                ? length >= head + 4 + int.Parse(sized.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
                : buffer.AsSpan(0, length).EndsWith("0\r\n\r\n"u8);
            if (body) return int.Parse(text.AsSpan(9, 3), CultureInfo.InvariantCulture);
        }
    }

    private static async Task<int> SearchAsync(string runtime, string owner, int perSecond, int seconds)
    {
        await OccupyAsync(owner);
        await using var service = await ServeAsync(runtime, owner);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = service.Address };
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().AddHours(8).DateTime);
        await OpenLoopAsync(http, today, perSecond, 5);
        var (latencies, failed, items) = await OpenLoopAsync(http, today, perSecond, seconds);
        Array.Sort(latencies);
        double At(double share) => latencies[Math.Min(latencies.Length - 1,
            (int)Math.Ceiling(latencies.Length * share) - 1)];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"search, {Rooms} rooms × 365 nights, open loop {perSecond}/s for {seconds} s: {latencies.Length} answers, {failed} failed, "
            + $"{(double)items / latencies.Length:F1} results each, p50 {At(0.5):F1} ms, p99 {At(0.99):F1} ms, max {latencies[^1]:F1} ms"));
        return failed == 0 && At(0.99) < 50 ? 0 : 1;
    }

    /// <summary>Every request has its own moment, whether the one before has been answered or not; lateness
    /// counts.</summary>
    private static async Task<(double[] Latencies, long Failed, long Items)> OpenLoopAsync(
        HttpClient http, DateOnly today, int perSecond, int seconds)
    {
        var random = new Random(1);
        var urls = Enumerable.Range(0, perSecond * seconds).Select(_ => Question(random, today)).ToArray();
        var (latencies, failed, items) = (new double[urls.Length], 0L, 0L);
        var started = Stopwatch.GetTimestamp();
        var running = new Task[urls.Length];
        for (var number = 0; number < urls.Length; number++)
        {
            var due = TimeSpan.FromSeconds((double)number / perSecond);
            if (due - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } early) await Task.Delay(early);
            running[number] = AskAsync(number, due);
        }

        await Task.WhenAll(running);
        return (latencies, failed, items);

        async Task AskAsync(int number, TimeSpan due)
        {
            using var answer = await http.GetAsync(new Uri(urls[number], UriKind.Relative));
            var body = await answer.Content.ReadAsByteArrayAsync();
            latencies[number] = (Stopwatch.GetElapsedTime(started) - due).TotalMilliseconds;
            if (!answer.IsSuccessStatusCode) Interlocked.Increment(ref failed);
            Interlocked.Add(ref items, body.AsSpan().Count("\"totalFen\""u8));
        }
    }

    private static string Question(Random random, DateOnly today)
    {
        var arrival = today.AddDays(random.Next(1, 360));
        var url = $"/v1/homestays?arrival={arrival:yyyy-MM-dd}&departure={arrival.AddDays(random.Next(1, 6)):yyyy-MM-dd}&adults={random.Next(1, 4)}";
        return url + random.Next(6) switch
        {
            0 => "&district=Fuliang",
            1 => "&priceTo=150000&amenities=wifi,kiln",
            2 => string.Create(CultureInfo.InvariantCulture,
                $"&sort=distance&near={29.2 + (random.NextDouble() / 2):F4},{117.1 + (random.NextDouble() / 2):F4}"),
            3 => "&sort=rating",
            4 => "&village=Sanbao&residentRun=true",
            _ => "",
        };
    }

    private static async Task SeedAsync(string owner)
    {
        await SqlAsync(owner,
            $$"""
            INSERT INTO households (id, name, county) VALUES (md5('household')::uuid, 'h', 'Zhushan');
            INSERT INTO hosts (id, household_id, name, county, licence_number, demonstration, merchant_version)
                VALUES (md5('merchant')::uuid, md5('household')::uuid, 'h', 'Zhushan', 'L', true, 0);
            INSERT INTO listings (id, merchant_id, household_id, name_zh, name_en, county, village, address, licence_number, latitude, longitude,
                resident_run, amenities, accessibility, languages, photos, house_rules, instant_book, free_cancel_days,
                holiday_free_cancel_days, late_refund_percent, active, demonstration, rating_sum, rating_count, version)
            SELECT md5('listing' || n)::uuid, md5('merchant')::uuid, md5('household')::uuid, '人家' || n, 'Home ' || n,
                (ARRAY['Zhushan','Changjiang','Fuliang','Leping'])[1 + n % 4], (ARRAY['Sanbao','Yaoli',NULL])[1 + n % 3], 'a', 'L',
                29.2 + (n % 500) / 1000.0, 117.1 + (n * 7 % 500) / 1000.0, n % 50 <> 0,
                CASE WHEN n % 3 = 0 THEN ARRAY['wifi','kiln'] ELSE ARRAY['wifi'] END, '{}', '{zh}', '{}', '', true, 7, 15, 50, true, true,
                n % 5 * 10, 10, 1
            FROM generate_series(0, {{Rooms / 3}}) n;
            INSERT INTO rooms (id, listing_id, merchant_id, name, kind, max_adults, max_children, prices, min_nights, max_nights, active, feed_secret)
            SELECT md5('room' || n)::uuid, md5('listing' || n / 3)::uuid, md5('merchant')::uuid, 'r', 'double', 2 + n % 3, 1,
                jsonb_build_object('baseFen', 15000 + n * 37 % 40000, 'weekdayPercent', '[100,100,100,100,120,130,100]'::jsonb,
                    'holidayPercent', 180, 'longStays', '[{"nights":3,"percentOff":5}]'::jsonb), 1, 30, true, md5('s' || n)
            FROM generate_series(1, {{Rooms}}) n;
            VACUUM ANALYZE;
            """);
    }

    /// <summary>Twelve stays a room over the year: 240,000 rows, about an eighth of all nights.</summary>
    private static Task OccupyAsync(string owner) => SqlAsync(owner,
        $"""
        INSERT INTO stays (id, room_id, listing_id, merchant_id, household_id, arrival, departure, adults, children, state, nightly_fen,
            price_fen, channel, awaits_host, expires_at, free_until, late_refund_percent, paid_fen, refunded_fen)
        SELECT gen_random_uuid(), md5('room' || n)::uuid, md5('listing' || n / 3)::uuid, md5('merchant')::uuid, md5('household')::uuid,
            current_date + m * 30 + n * 13 % 20, current_date + m * 30 + n * 13 % 20 + 1 + n % 7, 2, 0, 'confirmed',
            array_fill(30000::bigint, ARRAY[1 + n % 7]), 30000 * (1 + n % 7), 'app', false, now(), now(), 50, 30000 * (1 + n % 7), 0
        FROM generate_series(1, {Rooms}) n, generate_series(0, 11) m;
        VACUUM ANALYZE stays;
        """);

    private static async Task SqlAsync(string owner, string sql)
    {
        await using var connection = new NpgsqlConnection(owner);
        await connection.OpenAsync();
        foreach (var statement in sql.Split(";\n",
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 300 };
            await command.ExecuteNonQueryAsync();
        }
    }

    private static Guid RoomId(int number)
    {
#pragma warning disable CA5351 // PostgreSQL's md5 makes the ids of the seed; nothing is secret about them.
        return Guid.ParseExact(Convert.ToHexString(System.Security.Cryptography.MD5.HashData(Encoding.ASCII.GetBytes($"room{number}"))), "N");
#pragma warning restore CA5351
    }

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Tps();

    [GeneratedRegex(@"(?i)content-length: ([0-9]+)")]
    private static partial Regex Length();
}
