using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.Benchmarks.Homestays;

/// <summary>
/// <c>homestays holds</c>: holds a second over HTTP against bare SQL at its best, in turns, on one durable server, the
/// relay and the broker running. <c>homestays search</c>: an open loop of searches over 20,000 rooms.
/// Usage: <c>homestays holds|search [--seconds 5] [--rounds 2] [--warm-up 30] [--rate 500]
/// [--json]</c>.
/// </summary>
internal static class HomestaysBenchmark
{
    private const int Rooms = 20_000, Clients = 64;
    private static readonly int[] RivalClients = [1, 4, 16, 64];

    /// <param name="WarmUp">Seconds of load before the first figure: long enough for the runtime to have compiled what
    /// is hot for good. Until then half of the service's time goes there.</param>
    private sealed record Options(int Seconds, int Rounds, int WarmUp, int Rate, bool Json);

    public static async Task<int> RunAsync(string[] args)
    {
        int Number(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and var at
            ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
        if (args.FirstOrDefault() is not ("holds" or "search"))
        {
            Console.Error.WriteLine(
                "usage: homestays holds|search [--seconds 5] [--rounds 2] [--warm-up 30] [--rate 500] [--json]");
            return 2;
        }

        var options = new Options(
            Number("--seconds", 5), Number("--rounds", 2), Number("--warm-up", 30), Number("--rate", 500),
            args.Contains("--json"));
        var server = await TestPostgres.StartPrivateAsync(durable: true);
        Environment.SetEnvironmentVariable("JDZ_TEST_POSTGRES", server);
        var (runtime, owner) = await TestPostgres.CreateAsync<HomestaysDb>();
        await SeedAsync(owner);
        if (args[0] == "search") await OccupyAsync(owner);
        await using var service = await ServeAsync(runtime, owner);
        return args[0] == "holds" ? await HoldsAsync(service, owner, options) : Search(service, options);
    }

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().AddHours(8).DateTime);

    private static async Task<ServiceProcess> ServeAsync(string runtime, string owner)
    {
        var settings = ServiceFixture<HomestaysDb>.Environment(runtime, owner, await TestBroker.CreateAsync());
        return await ServiceProcess.StartAsync(
            typeof(HomestaysDb), new Dictionary<string, string>(settings) { ["Demo"] = "true" });
    }

    private static async Task<int> HoldsAsync(ServiceProcess service, string owner, Options options)
    {
        var flushes = await StayRival.FlushesPerSecondAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"disk: {flushes:N0} fdatasync a second; fsync on for both; {Environment.ProcessorCount} cores"));
        var rival = new StayRival(owner, Rooms);
        await rival.PrepareAsync();
        var tokens = Enumerable.Range(0, Clients).Select(_ => TestTokens.For("tourist")).ToList();
        HoldResult Hold(int forSeconds) =>
            HoldLoad.Run(service.Address, tokens, Today, Rooms, Clients, TimeSpan.FromSeconds(forSeconds));
        for (var warm = 0; warm < options.WarmUp; warm += 10)
        {
            Console.WriteLine($"warm-up    {Clients,3} clients {Hold(10)}");
        }

        await rival.MeasureTextsAsync();
        await DrainAsync(owner);

        var ours = new List<double>();
        var bare = StayRival.Forms.SelectMany(form => RivalClients.Select(clients => (form, clients)))
            .ToDictionary(run => run, _ => new List<double>());
        for (var round = 0; round < options.Rounds; round++)
        {
            var before = CpuTimes.Read(service.Id);
            var began = Stopwatch.GetTimestamp();
            var run = Hold(options.Seconds);
            var (took, cpu) = (Stopwatch.GetElapsedTime(began).TotalSeconds, CpuTimes.Read(service.Id).Since(before));
            ours.Add(run.PerSecond);
            var drain = await DrainAsync(owner);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"""
                HTTP       {Clients,3} clients {run}
                           {cpu.Total / took:F2} cores busy, {cpu.Each(run.Held)}; outbox drained {drain:F1} s after
                """));
            foreach (var ((form, clients), rates) in bare)
            {
                rates.Add(await rival.RunAsync(form, clients, options.Seconds));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"bare SQL   {clients,3} clients {rates[^1],7:N0}/s  {form}"));
            }
        }

        var best = StayRival.Forms.ToDictionary(
            form => form, form => bare.Where(run => run.Key.form == form).Max(run => run.Value.Average()));
        var ratios = best.ToDictionary(rival => rival.Key, rival => Math.Round(ours.Average() / rival.Value, 2));
        foreach (var form in StayRival.Forms)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"holds over HTTP {ours.Average():N0}/s, bare SQL as {form} {best[form]:N0}/s: ratio {ratios[form]}"));
        }

        if (options.Json) Console.WriteLine(JsonSerializer.Serialize(new { flushes, ours, best, ratios }));
        return ratios.Values.Min() >= 1 ? 0 : 1;
    }

    private static int Search(ServiceProcess service, Options options)
    {
        var (rate, seconds) = (options.Rate, options.Seconds);
        Console.WriteLine($"warm-up: {SearchLoad.Run(service.Address, Today, rate / 2, options.WarmUp, seed: 0)}");
        var runs = new List<SearchResult>();
        for (var round = 1; round <= options.Rounds; round++)
        {
            var before = CpuTimes.Read(service.Id);
            runs.Add(SearchLoad.Run(service.Address, Today, rate, seconds, seed: round));
            var cpu = CpuTimes.Read(service.Id).Since(before);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"""
                search, {Rooms:N0} rooms × 365 nights, open loop of {rate}/s for {seconds} s:
                {runs[^1]}
                {cpu.Each(runs[^1].Answers)}
                """));
        }

        if (options.Json) Console.WriteLine(JsonSerializer.Serialize(new { rooms = Rooms, rate, runs }));
        return runs.TrueForAll(run => run.Failed == 0 && run.P99 < 50) ? 0 : 1;
    }

    /// <summary>Seconds until the relay has carried everything away: the rival must not pay for our messages.</summary>
    private static async Task<double> DrainAsync(string owner)
    {
        await using var database = NpgsqlDataSource.Create(owner);
        var began = Stopwatch.GetTimestamp();
        await Eventually.Equal(false, async () =>
        {
            await using var search = database.CreateCommand("SELECT EXISTS (SELECT FROM outbox)");
            return (bool)(await search.ExecuteScalarAsync())!;
        }, TimeSpan.FromMinutes(2));
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static Task SeedAsync(string owner) => SqlAsync(owner,
        $$"""
        INSERT INTO households (id, name, county) VALUES (md5('household')::uuid, 'h', 'Zhushan');
        INSERT INTO hosts (id, household_id, name, county, licence_number, demonstration, merchant_version)
            VALUES (md5('merchant')::uuid, md5('household')::uuid, 'h', 'Zhushan', 'L', true, 0);
        INSERT INTO listings (id, merchant_id, household_id, name_zh, name_en, county, village, address, licence_number,
            latitude, longitude, resident_run, amenities, accessibility, languages, photos, house_rules, instant_book,
            free_cancel_days, holiday_free_cancel_days, late_refund_percent, active, demonstration, rating_sum,
            rating_count, version)
        SELECT md5('listing' || n)::uuid, md5('merchant')::uuid, md5('household')::uuid, '人家' || n, 'Home ' || n,
            (ARRAY['Zhushan','Changjiang','Fuliang','Leping'])[1 + n % 4], (ARRAY['Sanbao','Yaoli',NULL])[1 + n % 3],
            'a', 'L', 29.2 + (n % 500) / 1000.0, 117.1 + (n * 7 % 500) / 1000.0, n % 50 <> 0,
            CASE WHEN n % 3 = 0 THEN ARRAY['wifi','kiln'] ELSE ARRAY['wifi'] END, '{}', '{zh}', '{}', '', true, 7, 15,
            50, true, true, n % 5 * 10, 10, 1
        FROM generate_series(0, {{Rooms / 3}}) n;
        INSERT INTO rooms (id, listing_id, merchant_id, name, kind, max_adults, max_children, prices, min_nights,
            max_nights, active, feed_secret)
        SELECT ('0198' || lpad(n::text, 8, '0') || '{{StayRival.RoomTail}}')::uuid, md5('listing' || n / 3)::uuid,
            md5('merchant')::uuid, 'r', 'double', 2 + n % 3, 1,
            jsonb_build_object('baseFen', 15000 + n * 37 % 40000, 'holidayPercent', 180,
                'weekdayPercent', '[100,100,100,100,120,130,100]'::jsonb,
                'longStays', '[{"nights":3,"percentOff":5}]'::jsonb), 1, 30, true, md5('s' || n)
        FROM generate_series(1, {{Rooms}}) n;
        VACUUM ANALYZE;
        """);

    /// <summary>Twelve stays a room over the year: 240,000 rows, about an eighth of all nights.</summary>
    private static Task OccupyAsync(string owner) => SqlAsync(owner,
        $"""
        INSERT INTO stays (id, room_id, listing_id, merchant_id, household_id, arrival, departure, adults, children,
            state, nightly_fen, price_fen, channel, awaits_host, expires_at, free_until, late_refund_percent, paid_fen,
            refunded_fen)
        SELECT gen_random_uuid(), r.id, r.listing_id, r.merchant_id, md5('household')::uuid, t.arrival,
            t.arrival + t.nights, 2, 0, 'confirmed', array_fill(30000::bigint, ARRAY[t.nights]), 30000 * t.nights,
            'app', false, now(), now(), 50, 30000 * t.nights, 0
        FROM (SELECT *, row_number() OVER (ORDER BY id)::int AS n FROM rooms) r, generate_series(0, 11) m,
            LATERAL (SELECT current_date + m * 30 + r.n * 13 % 20 AS arrival, 1 + r.n % 7 AS nights) t;
        VACUUM ANALYZE stays;
        """);

    private static async Task SqlAsync(string owner, string sql)
    {
        await using var connection = new NpgsqlConnection(owner);
        await connection.OpenAsync();
        foreach (var statement in sql.Split(
            ";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 300 };
            await command.ExecuteNonQueryAsync();
        }
    }
}
