using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Complaints.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.Benchmarks.Complaints;

/// <summary>
/// With a hundred thousand stored cases: pages of the queues and searches over HTTP by 32 clients, and filings at a
/// steady rate; against pgbench asking the same rows with bare SQL on the same server (fsync on), in one run. And how
/// long it takes from the filing of a clear case to the request to pay for it on the bus.
/// </summary>
public static class ComplaintsBenchmark
{
    private const int Clients = 32;
    private const int PerSecond = 200;
    private const int ClearCases = 200;

    // A profile after eight seconds showed code that was still as it is first compiled, unoptimized.
    private const int WarmUpSeconds = 25;
    private static readonly string[] Parts = ["queue", "search", "file", "pay"];
    private static readonly string[] Queues = ["unassigned", "due-soon", "breached", "mine"];
    private static readonly string[] Questions = ["窑址关门", "强迫购物", "refund ticket", "民宿漏水", "导游辱骂", "late show",
        "体验课缩水"];
    private static readonly Guid Operator = new("01900000-0000-7000-8000-0000000000b5");

    public static async Task<int> RunAsync(string[] arguments)
    {
        var stored = Number("--cases", 100_000);
        var seconds = Number("--seconds", 10);
        var parts = Array.IndexOf(arguments, "--parts") is >= 0 and var named
            ? arguments[named + 1].Split(',') : Parts;
        var server = await TestPostgres.StartPrivateAsync(durable: true);
        var owner = new NpgsqlConnectionStringBuilder(server) { Database = "bench" };
        var runtime = new NpgsqlConnectionStringBuilder(server) { Database = "bench", Username = "app" };
        await ExecuteAsync(server, "CREATE ROLE app LOGIN");
        await ExecuteAsync(server, "CREATE DATABASE bench");
        await Database.MigrateAsync<ComplaintsDb>(owner.ConnectionString, "app", CancellationToken.None);
        await FillAsync(owner.ConnectionString, stored);

        var broker = await TestBroker.CreateAsync();
        var settings = new Dictionary<string, string>(ServiceFixture<ComplaintsDb>.Environment(
            runtime.ConnectionString, owner.ConnectionString, broker))
        {
            ["Secrets:Key"] = Convert.ToBase64String(new byte[32]), ["Fund:OpeningFen"] = "100000000",
            ["Compensation:RuleApprovesADayFen"] = "100000000",
        };
        await using var service = await ServiceProcess.StartAsync(typeof(ComplaintsDb), settings);
        using var http = service.Client(TestTokens.For("operator", Operator));
        string[] questions = [.. Questions, Rare(stored)];
        var rows = new List<Row>();
        if (parts.Contains("queue"))
        {
            var queues = (int turn) => $"/v1/cases/queue/{Queues[turn % Queues.Length]}?limit=50";
            await ReadAsync(http, queues, WarmUpSeconds);
            var seen = await ReadAsync(http, queues, seconds);
            rows.Add(new($"queue pages, {Clients} clients", seen, seen.P99 < 50, await BareAsync(owner, seconds,
                """
                SELECT * FROM cases WHERE assignee_id IS NULL AND state IN ('Submitted','Acknowledged','Accepted',
                    'AwaitingMerchant','Investigating','Mediating','Reopened') ORDER BY queue_at, id LIMIT 50;
                """)));
        }

        if (parts.Contains("search"))
        {
            var searches = (int turn) =>
                $"/v1/cases/search?text={Uri.EscapeDataString(questions[turn % questions.Length])}&limit=20";
            await ReadAsync(http, searches, WarmUpSeconds);
            var seen = await ReadAsync(http, searches, seconds);
            rows.Add(new($"searches, {Clients} clients", seen, seen.P99 < 50, questions.Length * await BareAsync(
                owner, seconds, string.Join('\n', questions.Select(text =>
                    $"SELECT * FROM cases WHERE facts ILIKE '%{text}%' ORDER BY filed_at DESC LIMIT 20;")))));
        }

        if (parts.Contains("file"))
        {
            await FileAsync(http, PerSecond / 2, WarmUpSeconds);
            var seen = await FileAsync(http, PerSecond, seconds);
            rows.Add(new($"filings, {PerSecond} a second asked", seen, seen.PerSecond > PerSecond * 0.98, null));
        }

        if (parts.Contains("pay"))
        {
            var seen = await PayoutRequests.MeasureAsync(service, owner.ConnectionString, broker, ClearCases);
            rows.Add(new("clear case filed to payout asked", seen, seen.P99 < 5_000, null));
        }

        if (arguments.Contains("--json")) Console.WriteLine(JsonSerializer.Serialize(new { stored, rows },
            JsonSerializerOptions.Web));
        else
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{stored:N0} stored cases; goals: p99 under 50 ms, {PerSecond} filings/s, payout asked in 5 s; "
                + $"rival: the same reads by pgbench (search: ILIKE)"));
            foreach (var row in rows) Console.WriteLine(row);
        }

        return rows.TrueForAll(row => row.Reached) ? 0 : 1;

        int Number(string name, int otherwise) => Array.IndexOf(arguments, name) is >= 0 and var at
            ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : otherwise;
    }

    // A word that one case in a hundred thousand has: the index must find it, no newest page does.
    private static string Rare(int stored) => $"海参是假的 {stored - stored % 15 - 6}";

    private sealed record Row(string What, Seen Seen, bool Reached, double? Rival)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{What,-32} {Seen.PerSecond,8:N0}/s  p50 {Seen.P50,6:N1} ms  p99 {Seen.P99,6:N1} ms")
            + (Rival is { } rival ? string.Create(CultureInfo.InvariantCulture,
                $"  bare {rival:N0}/s, ratio {Seen.PerSecond / rival:N2}") : "");
    }

    internal sealed record Seen(double PerSecond, double P50, double P99);

    private static async Task<Seen> ReadAsync(HttpClient http, Func<int, string> path, int seconds)
    {
        var began = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var mine = new List<double>();
            for (var turn = client; Stopwatch.GetElapsedTime(began).TotalSeconds < seconds; turn++)
            {
                var asked = Stopwatch.GetTimestamp();
                using var answer = await http.GetAsync(new Uri(path(turn), UriKind.Relative));
                answer.EnsureSuccessStatusCode();
                await answer.Content.ReadAsByteArrayAsync();
                mine.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }

            return mine;
        })));
        return Sum(times.SelectMany(each => each), Stopwatch.GetElapsedTime(began));
    }

    // Open loop: what comes late is measured from when it should have been sent.
    private static async Task<Seen> FileAsync(HttpClient http, int perSecond, int seconds)
    {
        var began = Stopwatch.GetTimestamp();
        var calls = new List<Task<double>>();
        for (var turn = 0; turn < perSecond * seconds; turn++)
        {
            var due = turn / (double)perSecond;
            if (due - Stopwatch.GetElapsedTime(began).TotalSeconds is > 0.001 and var early) await Task.Delay(
                TimeSpan.FromSeconds(early));
            calls.Add(OneAsync(turn, due));
        }

        var times = await Task.WhenAll(calls);
        return Sum(times, Stopwatch.GetElapsedTime(began));

        async Task<double> OneAsync(int turn, double due)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/cases", UriKind.Relative))
            {
                Content = JsonContent.Create(new
                {
                    category = "quality", facts = $"陶瓷体验课缩水一半，老师没来 {turn}", remedy = "退款", claimedFen = 20_000,
                    phone = $"138{perSecond % 100}{turn:000000}", channel = "phone",
                }),
            };
            request.Headers.Add("Idempotency-Key", $"{Guid.CreateVersion7()}");
            using var answer = await http.SendAsync(request);
            answer.EnsureSuccessStatusCode();
            return Stopwatch.GetElapsedTime(began).TotalMilliseconds - due * 1000;
        }
    }

    internal static Seen Sum(IEnumerable<double> times, TimeSpan length)
    {
        var sorted = times.Order().ToArray();
        return new(sorted.Length / length.TotalSeconds, sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100]);
    }

    private static async Task FillAsync(string owner, int stored)
    {
        string[] facts =
        [
            "窑址关门，没有人接待", "导游强迫购物，价格虚高", "the kiln was closed and nobody came", "民宿漏水，半夜换房", "导游辱骂游客",
            "refund of two tickets refused", "陶瓷体验课缩水一半", "the show began an hour late", "停车场乱收费", "餐厅以次充好，海参是假的",
            "夜市摊位缺斤短两", "room was dirty and cold", "网约车绕路多收费", "演出临时取消不退票", "博物馆讲解未提供",
        ];
        await using var database = NpgsqlDataSource.Create(owner);
        await using var phrases = database.CreateCommand(
            "CREATE TABLE bench_phrases (place int PRIMARY KEY, facts text, terms text[])");
        await phrases.ExecuteNonQueryAsync();
        foreach (var (index, text) in facts.Index())
        {
            await using var insert = database.CreateCommand("INSERT INTO bench_phrases VALUES ($1, $2, $3)");
            insert.Parameters.Add(new() { Value = index });
            insert.Parameters.Add(new() { Value = text });
            insert.Parameters.Add(new() { Value = SearchTerms.Of(text).ToArray() });
            await insert.ExecuteNonQueryAsync();
        }

        // One case in twenty is open, as in an office that keeps up; the others are closed.
        await ExecuteAsync(owner,
            $"""
            INSERT INTO cases (id, number, claimant_key, payee_id, phone_hash, channel, category, facts, remedy,
                claimed_fen,
                complainants, terms, filed_at, state, flags, complex, assignee_id, escalation, closings, next_due_at,
                breached, clocks_met, clocks_breached, history_length, history_head, outcome, decided_at, merchant_id)
            SELECT gen_random_uuid(), 'bench-' || n, 'claimant-' || n % 50000, gen_random_uuid(), '\x00', 'app',
                'quality', phrase.facts || ' ' || n, '退款', 20000, 1, phrase.terms || ARRAY[n::text, '退款'],
                now() - n * interval '5 minutes', CASE WHEN n % 20 = 0 THEN 'Accepted' ELSE 'Closed' END,
                ARRAY[]::text[], false, CASE WHEN n % 60 = 0 THEN '{Operator}'::uuid END, 0, 1,
                now() + (n % 5000 - 2500) * interval '1 minute', n % 40 = 0, 3, 0, 0, '\x', 'agreed', now(),
                gen_random_uuid()
            FROM generate_series(1, {stored}) AS made (n)
            JOIN bench_phrases AS phrase ON phrase.place = n % {facts.Length}
            """);
        await ExecuteAsync(owner, "VACUUM ANALYZE cases");
    }

    private static async Task<double> BareAsync(NpgsqlConnectionStringBuilder owner, int seconds, string script)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, script);
        var pgbench = Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal)
            .Last() + "/bin/pgbench";
        var output = await PrivateProcess.RunAsync(pgbench,
            ["-n", "-h", owner.Host!, "-p", $"{owner.Port}", "-U", owner.Username!, "-c", $"{Clients}", "-j", "2",
                "-T", $"{seconds}",
            "-f", file, "bench"]);
        var line = output.Split('\n').Last(row => row.StartsWith("tps", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
    }

    private static async Task ExecuteAsync(string connection, string sql)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync();
    }
}
