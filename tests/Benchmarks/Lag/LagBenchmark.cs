using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.Benchmarks.Lag;

/// <summary>
/// How far Metrics is behind Bookings while every service of the platform is up: from the commit of a sale to the
/// commit of its row in Metrics, both as PostgreSQL remembers them (track_commit_timestamp), and how fast a full queue
/// drains. Before it counts it sells for a while, until the services' code is compiled and their queues are empty.
/// <c>run lag [--rate 200] [--warm 60] [--seconds 30] [--backlog 10000] [--json]</c>
/// </summary>
internal static class LagBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        int rate = Number("--rate", 200), seconds = Number("--seconds", 30), backlog = Number("--backlog", 10_000);
        var warm = Number("--warm", 60);
        System.Environment.SetEnvironmentVariable(
            "JDZ_TEST_POSTGRES", await TestPostgres.StartPrivateAsync(durable: true, "track_commit_timestamp=on"));
        await using var platform = await RunningPlatform.StartAsync(new Dictionary<string, string>
        {
            ["Limits:CallerPerMinute"] = "1000000", ["Limits:AddressPerMinute"] = "1000000",
        });
        var sale = await PrepareAsync(platform);
        using var merchant = await platform.As("merchant");

        await SellAsync(merchant, sale, rate, count: warm * rate);
        await CountedAsync(platform, await SoldSoFarAsync(platform), TimeSpan.FromMinutes(2));
        var sold = await SellAsync(merchant, sale, rate, count: seconds * rate);
        await CountedAsync(platform, await SoldSoFarAsync(platform), TimeSpan.FromSeconds(60));
        var lags = await LagsAsync(platform, sold.Ids);
        Console.WriteLine($"sales through the gateway   {sold.PerSecond:N0}/s for {seconds} s, every service up");
        Console.WriteLine(
            $"commit → Metrics' commit    p50 {At(lags, 0.5):N0} ms, p99 {At(lags, 0.99):N0} ms, "
            + $"slowest {lags[^1]:N0} ms");

        await platform.StopAsync("Metrics");
        await SellAsync(merchant, sale, perSecond: 2 * rate, backlog);
        await RelayedAsync(platform);
        var before = await CountedSoFarAsync(platform);
        await platform.StartAgainAsync("Metrics");
        await CountedAsync(platform, await SoldSoFarAsync(platform), TimeSpan.FromMinutes(5));
        var drained = await DrainRateAsync(platform, before);
        Console.WriteLine($"drain of {backlog:N0} sales' events  {drained:N0} events/s");
        if (args.Contains("--json"))
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                perSecond = Math.Round(sold.PerSecond), sales = lags.Count, p50Ms = Math.Round(At(lags, 0.5)),
                p99Ms = Math.Round(At(lags, 0.99)), slowestMs = Math.Round(lags[^1]), drainedPerSecond = Math.Round(
                    drained),
            }));
        }

        return 0;

        int Number(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and var at
            ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
    }

    private sealed record Sale(Guid Slot, Guid Unit);

    /// <summary>A slot of the demo merchant's own, large enough for the whole run.</summary>
    private static async Task<Sale> PrepareAsync(RunningPlatform platform)
    {
        await using var database = NpgsqlDataSource.Create(platform.DatabaseOf("Bookings"));
        await using var widen = database.CreateCommand(
            """
            UPDATE venue_days SET capacity = 100000000;
            UPDATE slots SET capacity = 100000000;
            SELECT s.id, u.id FROM slots s JOIN options o ON o.id = s.option_id JOIN units u ON u.option_id = o.id
            JOIN products p ON p.id = o.product_id
            WHERE p.active AND NOT p.real_name AND p.supplier_id = '01900000-0000-7000-8000-0000000000a1'
              AND u.type = 'ADULT' AND NOT s.closed AND s.cutoff_at > now() + interval '1 day'
            ORDER BY s.starts_at, s.id LIMIT 1
            """);
        await using var reader = await widen.ExecuteReaderAsync();
        if (!await reader.ReadAsync()) throw new InvalidOperationException("The catalogue offers nothing to sell.");

        return new(reader.GetGuid(0), reader.GetGuid(1));
    }

    /// <summary>Sales at a steady pace, whatever the answers take; returns the bookings' ids.</summary>
    private static async Task<(IReadOnlyList<Guid> Ids, double PerSecond)> SellAsync(
        HttpClient merchant, Sale sale, int perSecond, int count)
    {
        var answers = new List<Task<Guid>>(count);
        var began = Stopwatch.GetTimestamp();
        for (var number = 0; number < count; number++)
        {
            var due = TimeSpan.FromSeconds((double)number / perSecond) - Stopwatch.GetElapsedTime(began);
            if (due > TimeSpan.FromMilliseconds(1)) await Task.Delay(due);
            answers.Add(SellOneAsync(merchant, sale));
        }

        var ids = await Task.WhenAll(answers);
        return (ids, count / Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private static async Task<Guid> SellOneAsync(HttpClient merchant, Sale sale)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("v1/counter-sales", UriKind.Relative))
        {
            Headers = { { "Idempotency-Key", Guid.CreateVersion7().ToString() } },
            Content = JsonContent.Create(new
            {
                availabilityId = sale.Slot, unitItems = new[] { new { unitId = sale.Unit, ageBand = "18-35" } },
            }),
        };
        using var answer = await merchant.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement.GetProperty("id").GetGuid()
            : throw new InvalidOperationException($"A sale was refused: {answer.StatusCode} {text}");
    }

    private static async Task<List<double>> LagsAsync(RunningPlatform platform, IReadOnlyList<Guid> ids)
    {
        var sold = await CommitsAsync(
            platform.DatabaseOf("Bookings"),
                "SELECT id, pg_xact_commit_timestamp(xmin) FROM bookings WHERE id = ANY($1)", ids);
        var counted = await CommitsAsync(
            platform.DatabaseOf("Metrics"),
            """
            SELECT subject_id, pg_xact_commit_timestamp(xmin) FROM booking_facts
            WHERE subject_id = ANY($1) AND event = 'confirmed'
            """, ids);
        return [.. ids.Select(id => (counted[id] - sold[id]).TotalMilliseconds).Order()];
    }

    private static async Task<Dictionary<Guid, DateTimeOffset>> CommitsAsync(
        string connection, string sql, IReadOnlyList<Guid> ids)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var read = database.CreateCommand(sql);
        read.Parameters.AddWithValue(ids.ToArray());
        await using var reader = await read.ExecuteReaderAsync();
        var commits = new Dictionary<Guid, DateTimeOffset>();
        while (await reader.ReadAsync()) commits[reader.GetGuid(0)] = reader.GetFieldValue<DateTimeOffset>(1);

        return commits;
    }

    /// <summary>Facts a second between the first and the last commit of the drain.</summary>
    private static async Task<double> DrainRateAsync(RunningPlatform platform, long before)
    {
        await using var database = NpgsqlDataSource.Create(platform.DatabaseOf("Metrics"));
        await using var read = database.CreateCommand(
            """
            SELECT count(*) / extract(epoch FROM max(at) - min(at)) FROM (
                SELECT pg_xact_commit_timestamp(xmin) AS at FROM booking_facts ORDER BY 1 OFFSET $1) AS drained
            """);
        read.Parameters.AddWithValue(before);
        return Convert.ToDouble(await read.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private static Task<long> CountedAsync(RunningPlatform platform, long sales, TimeSpan limit) => Eventually.Equal(
        2 * sales, () => CountedSoFarAsync(platform), limit); // held and confirmed

    private static Task<long> CountedSoFarAsync(RunningPlatform platform) =>
        NumberAsync(
            platform.DatabaseOf("Metrics"), "SELECT count(*) FROM booking_facts WHERE event IN ('held', 'confirmed')");

    private static Task<long> SoldSoFarAsync(RunningPlatform platform) =>
        NumberAsync(platform.DatabaseOf("Bookings"), "SELECT count(*) FROM bookings");

    private static Task<long> RelayedAsync(RunningPlatform platform) => Eventually.Equal(
        0L, () => NumberAsync(platform.DatabaseOf("Bookings"), "SELECT count(*) FROM outbox"), TimeSpan.FromMinutes(2));

    private static async Task<long> NumberAsync(string connection, string sql)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var count = database.CreateCommand(sql);
        return (long)(await count.ExecuteScalarAsync())!;
    }

    private static double At(List<double> sorted, double part) =>
        sorted[Math.Min(sorted.Count - 1, (int)(part * sorted.Count))];
}
