using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.Benchmarks.Bookings;

/// <summary>
/// Holds over HTTP against bare SQL on the same durable PostgreSQL, interleaved in one run: one hot slot, and ten
/// thousand spread ones with venue-day quotas; the gateway's figure beside it.
/// <c>run bookings [--seconds 5] [--rounds 2] [--json]</c>
/// </summary>
internal static partial class BookingsBenchmark
{
    private const int SpreadSlots = 10_000;
    private const int Venues = 100;
    private const int MostWarmTurns = 12;
    private static readonly TimeSpan LongestDrain = TimeSpan.FromMinutes(3);
    private static readonly int[] RivalClients = [1, 4, 16, 64];
    private static readonly int[] OurClients = [1, 4, 16, 64, 256];

    public static async Task<int> RunAsync(string[] args)
    {
        int Number(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and var at
            ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
        int seconds = Number("--seconds", 5), rounds = Number("--rounds", 2);
        var server = await TestPostgres.StartPrivateAsync(durable: true);
        System.Environment.SetEnvironmentVariable("JDZ_TEST_POSTGRES", server);
        var (runtime, owner) = await TestPostgres.CreateAsync<BookingsDb>();
        var broker = await TestBroker.CreateAsync();
        var flushes = await FlushRateAsync();
        Console.WriteLine(
            $"{System.Environment.ProcessorCount} cores for everything; {flushes:N0} fdatasync a second; "
            + "PostgreSQL with fsync, synchronous_commit and full_page_writes on");

        var offer = await SeedAsync(owner);
        var rival = new SqlRival(owner, SpreadSlots);
        await rival.PrepareAsync();
        await using var service = await ServiceProcess.StartAsync(typeof(BookingsDb), Settings(runtime, owner, broker));
        await using var gateway = await StartGatewayAsync(service.Address);
        var tokens = Enumerable.Range(0, 256).Select(_ => TestTokens.For("tourist")).ToList();
        var drains = new List<double>();
        await WarmAsync();
        drains.Clear();

        var hot = OurClients.ToDictionary(clients => clients, _ => new List<LoadResult>());
        var (spread, through, profile) = (new List<LoadResult>(), new List<LoadResult>(), "");
        var rivalHot = RivalClients.ToDictionary(clients => clients, _ => new List<double>());
        var rivalSpread = RivalClients.ToDictionary(clients => clients, _ => new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var clients in OurClients)
            {
                var before = CpuTimes.Read(service.Id);
                hot[clients].Add(await Ours([offer.Hot], clients));
                var each = CpuTimes.Read(service.Id).Since(before).Each(
                    (long)(hot[clients][^1].PerSecond * seconds));
                if (clients == 64) profile = each;
                Console.WriteLine($"hot slot, ours    {clients,4} clients {hot[clients][^1]}\n{each,34}");
            }

            foreach (var clients in RivalClients)
            {
                rivalHot[clients].Add(await rival.RunAsync(hot: true, clients, seconds));
                Console.WriteLine($"hot slot, rival   {clients,4} clients {rivalHot[clients][^1],9:N0}/s");
            }

            spread.Add(await Ours(offer.Spread, clients: 64));
            Console.WriteLine($"spread, ours        64 clients {spread[^1]}");
            foreach (var clients in RivalClients)
            {
                rivalSpread[clients].Add(await rival.RunAsync(hot: false, clients, seconds));
                Console.WriteLine($"spread, rival     {clients,4} clients {rivalSpread[clients][^1],9:N0}/s");
            }

            through.Add(await Ours([offer.Hot], clients: 64, gateway));
            Console.WriteLine($"hot, via gateway    64 clients {through[^1]}");
        }

        var best = hot.ToDictionary(pair => pair.Key, pair => pair.Value.Average(run => run.PerSecond));
        var spreadRate = spread.Average(run => run.PerSecond);
        var summary = new
        {
            flushesPerSecond = Math.Round(flushes),
            hot = best.ToDictionary(pair => pair.Key, pair => Math.Round(pair.Value)),
            hotP99AtSixtyFour = Math.Round(hot[64].Max(run => run.P99), 1),
            hotRival = rivalHot.ToDictionary(pair => pair.Key, pair => Math.Round(pair.Value.Average())),
            hotRatio = Math.Round(best[64] / rivalHot.Values.Max(runs => runs.Average()), 2),
            collapse = Math.Round(best[256] / best.Values.Max(), 2),
            spread = Math.Round(spreadRate),
            spreadRival = rivalSpread.ToDictionary(pair => pair.Key, pair => Math.Round(pair.Value.Average())),
            spreadRatio = Math.Round(spreadRate / rivalSpread.Values.Max(runs => runs.Average()), 2),
            profile,
            throughGateway = Math.Round(through.Average(run => run.PerSecond)),
            longestDrainSeconds = Math.Round(drains.Max(), 1),
            memoryMb = MemoryOf(service.Id),
        };
        Console.WriteLine($"""

            | what | figure | goal |
            |---|---|---|
            | hot slot, 64 clients | {best[64]:N0}/s, {summary.hotRatio} times the best bare SQL | 10 |
            | p99 at 64 clients, worst round | {summary.hotP99AtSixtyFour} ms | 50 ms |
            | 256 clients | {summary.collapse:P0} of the best | 80 % |
            | 10,000 slots, 64 clients | {summary.spread:N0}/s, {summary.spreadRatio} times the best bare SQL | 1.2 |
            | hot slot through the gateway | {summary.throughGateway:N0}/s | |
            | a hold on the hot slot, 64 clients, its draining included | {summary.profile} | |
            | outbox drained after each load within | {summary.longestDrainSeconds} s | 60 s |
            | memory of the service, at most | {summary.memoryMb} MB | 300 MB |
            """);
        if (args.Contains("--json")) Console.WriteLine(JsonSerializer.Serialize(summary));
        return 0;

        // Until the just-in-time compiler has nothing left to improve: what is measured is a service that has run.
        async Task WarmAsync()
        {
            await Ours([offer.Hot], clients: 64, gateway);
            var (best, stale) = (0.0, 0);
            for (var turn = 0; turn < MostWarmTurns && stale < 2; turn++)
            {
                await Ours(offer.Spread, clients: 64);
                var rate = (await Ours([offer.Hot], clients: 64)).PerSecond;
                Console.WriteLine($"warming             64 clients {rate,9:N0}/s");
                stale = rate < best * 1.05 ? stale + 1 : 0;
                best = Math.Max(best, rate);
            }
        }

        async Task<LoadResult> Ours(IReadOnlyList<Guid> slots, int clients, ServiceProcess? through = null)
        {
            var load = await LoadGenerator.RunAsync(
                (through ?? service).Address, tokens, slots, offer.Unit, clients, TimeSpan.FromSeconds(seconds));
            drains.Add(await DrainAsync(owner));
            return load;
        }
    }

    private static Task<ServiceProcess> StartGatewayAsync(Uri bookings) => ServiceProcess.StartAsync(
        "Gateway",
        new Dictionary<string, string>
        {
            ["Services:Bookings"] = bookings.ToString(), ["Auth:Issuer"] = TestTokens.Issuer,
            ["Auth:Jwks"] = TestTokens.Jwks, ["Limits:CallerPerMinute"] = "100000000",
            ["Limits:AddressPerMinute"] = "100000000",
        },
        new Uri($"http://127.0.0.1:{PrivateProcess.FreePort()}"));

    internal static Dictionary<string, string> Settings(string runtime, string owner, Uri broker) =>
        new(ServiceFixture<BookingsDb>.Environment(runtime, owner, broker))
        {
            ["Secrets:Key"] = Convert.ToBase64String(new byte[32]),
        };

    internal sealed record Offer(Guid Hot, IReadOnlyList<Guid> Spread, Guid Unit);

    internal static async Task<Offer> SeedAsync(string owner)
    {
        await using var database = NpgsqlDataSource.Create(owner);
        await using var seed = database.CreateCommand(
            $$"""
            INSERT INTO suppliers (id, name_zh, name_en, county, suspended, suspension_version, merchant_version)
            VALUES ('01900000-0000-7000-8000-000000000001', '古窑', 'Ancient Kiln', 'Changjiang', false, 0, 0);
            INSERT INTO products (id, supplier_id, code, kind, venue_id, county, name_zh, name_en, summary_zh,
                summary_en, availability_type, priced_per, night, real_name, latitude, longitude, languages, themes,
                assumed, refund_tiers, active)
            VALUES ('01900000-0000-7000-8000-000000000002', '01900000-0000-7000-8000-000000000001', 'b', 'kiln',
                'venue', 'Changjiang', '古窑', 'Kiln', '', '', 'StartTime', 'Unit', false, false, 29, 117, '{}', '{}',
                '{}', '[{"HoursBefore":24,"Percent":100},{"HoursBefore":2,"Percent":50}]', true);
            INSERT INTO options (id, product_id, code, name_zh, name_en, is_default, min_units, max_units,
                cutoff_minutes)
            VALUES ('01900000-0000-7000-8000-000000000003', '01900000-0000-7000-8000-000000000002', 's', 's', 's', true,
                1, 10, 0);
            INSERT INTO units (id, option_id, type, name_zh, name_en, min_age, max_age, id_required, pax_count,
                price_fen, accompanied_by)
            VALUES ('01900000-0000-7000-8000-000000000004', '01900000-0000-7000-8000-000000000003', 'ADULT', 'a', 'a',
                0, 120, false, 1, 9500, '{}');
            INSERT INTO venue_days (id, venue_id, day, capacity, taken)
            SELECT gen_random_uuid(), 'venue-' || n, current_date + 3, 100000000, 0
            FROM generate_series(1, {{Venues}}) AS n;
            INSERT INTO slots (id, product_id, option_id, venue_day_id, local_date, starts_at, ends_at, cutoff_at,
                capacity, taken, closed, version, announced_version)
            SELECT gen_random_uuid(), '01900000-0000-7000-8000-000000000002', '01900000-0000-7000-8000-000000000003',
                (SELECT id FROM venue_days WHERE venue_id = 'venue-' || (1 + n % {{Venues}})), current_date + 3,
                now() + interval '3 days' + n * interval '1 second', now() + interval '4 days',
                now() + interval '3 days', 100000000, 0, false, 1, 1 FROM generate_series(1, {{SpreadSlots}}) AS n;
            UPDATE catalogue_versions SET version = version + 1;
            ANALYZE;
            """);
        await seed.ExecuteNonQueryAsync();
        var slots = new List<Guid>();
        await using var read = database.CreateCommand("SELECT id FROM slots ORDER BY id");
        await using var reader = await read.ExecuteReaderAsync();
        while (await reader.ReadAsync()) slots.Add(reader.GetGuid(0));

        return new(slots[0], slots, Guid.Parse("01900000-0000-7000-8000-000000000004"));
    }

    /// <summary>Seconds until the outbox was empty; looked at seldom, because looking costs the server too.</summary>
    private static async Task<double> DrainAsync(string owner)
    {
        await using var database = NpgsqlDataSource.Create(owner);
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            await using var search = database.CreateCommand("SELECT EXISTS (SELECT FROM outbox)");
            if (!(bool)(await search.ExecuteScalarAsync())!) return Stopwatch.GetElapsedTime(began).TotalSeconds;

            if (Stopwatch.GetElapsedTime(began) > LongestDrain) throw new TimeoutException("The outbox stays.");
            await Task.Delay(500);
        }
    }

    private static async Task<double> FlushRateAsync()
    {
        var binaries = Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin/";
        var file = Path.Combine(Path.GetTempPath(), $"flush-{Guid.CreateVersion7():N}");
        var output = await PrivateProcess.RunAsync(binaries + "pg_test_fsync", ["-s", "1", "-f", file]);
        return double.Parse(FdatasyncRate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static int MemoryOf(int process)
    {
        var peak = File.ReadLines($"/proc/{process}/status")
            .First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        return int.Parse(
            peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    [GeneratedRegex(@"fdatasync\s+([\d.]+) ops/sec")]
    private static partial Regex FdatasyncRate();
}
