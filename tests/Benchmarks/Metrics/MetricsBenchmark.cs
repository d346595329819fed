using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Live;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Simulation;
using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.Benchmarks.Metrics;

/// <summary>
/// What Metrics costs against plain SQL on the same server, beside ten million facts: filling, rebuilding, answering,
/// importing, draining a full queue, telling live. <c>run metrics [--parts fill,rebuild,answer,import,drain,live]
/// [--facts 10000000] [--events 40000] [--import 500000] [--database NAME] [--json FILE]</c>. It starts a durable
/// server of its own unless JDZ_TEST_POSTGRES names one, on which a named database is kept, so that what took long to
/// fill can be measured again. Returns 1 when a goal is missed.
/// </summary>
internal static class MetricsBenchmark
{
    private static readonly DateOnly First = new(2025, 1, 1);
    private static readonly List<Line> Lines = [];
    private static readonly List<Goal> Goals = [];

    private sealed record Line(string What, string Figure, string Rival, double? Ratio);

    private sealed record Goal(string What, string Asked, string Figure, bool Met);

    public static async Task<int> RunAsync(string[] args)
    {
        var options = args.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        var parts = options.GetValueOrDefault("--parts", "fill,rebuild,answer,import,drain,live").Split(',');
        var name = options.GetValueOrDefault("--database");
        if (await ServerAsync() is var server && server.IsPrivate && name is not null)
        {
            Console.Error.WriteLine("A named database is kept on the server of JDZ_TEST_POSTGRES, which is not set.");
            return 2;
        }

        Console.WriteLine($"PostgreSQL: {server.Words}\n");
        var (runtime, owner) = await DatabaseAsync(name);
        var broker = await TestBroker.CreateAsync();
        var settings = ServiceFixture<MetricsDb>.Environment(runtime, owner, broker);
        await using var database = NpgsqlDataSource.Create(owner + ";Command Timeout=3000");
        Console.WriteLine("| what | figure | rival | ratio |\n|---|---|---|---|");
        foreach (var part in parts)
        {
            if (part == "fill") await Filling.RunAsync(database, First, Option("--facts", 10_000_000));
            if (part == "drain")
            {
                await DrainAsync(settings, broker, database, Option("--events", 40_000));
                continue;
            }

            await using var service = await ServiceProcess.StartAsync(typeof(MetricsDb), settings);
            using var admin = service.Client(TestTokens.For("admin"));
            admin.Timeout = TimeSpan.FromMinutes(50);
            if (part == "fill") await RebuildAsync(admin, "fills the cells (two comparisons and a repair)");
            if (part == "rebuild")
            {
                var (facts, seconds) = await RebuildAsync(admin, "finds nothing (one comparison)");
                Under($"rebuild of {facts:N0} facts", 180, seconds, "s");
            }

            if (part == "answer") await AnswerAsync(admin, database);
            if (part == "import") await ImportAsync(admin, database, Option("--import", 500_000));
            if (part == "live") await LiveAsync(admin, broker);
        }

        Console.WriteLine("\n| goal | asked | figure | |\n|---|---|---|---|");
        foreach (var goal in Goals)
        {
            Console.WriteLine($"| {goal.What} | {goal.Asked} | {goal.Figure} | {(goal.Met ? "met" : "MISSED")} |");
        }

        if (options.TryGetValue("--json", out var json))
        {
            var told = new { Server = server.Words, Lines, Goals };
            await File.WriteAllTextAsync(json, JsonSerializer.Serialize(told, JsonSerializerOptions.Web));
        }

        return Goals.TrueForAll(goal => goal.Met) ? 0 : 1;

        int Option(string name, int otherwise) => options.TryGetValue(name, out var given)
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : otherwise;
    }

    /// <summary>The server that is given, or a durable one of this process, as production's is.</summary>
    private static async Task<(bool IsPrivate, string Words)> ServerAsync()
    {
        const string Variable = "JDZ_TEST_POSTGRES";
        var isPrivate = Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 };
        if (isPrivate)
        {
            Environment.SetEnvironmentVariable(Variable, await TestPostgres.StartPrivateAsync(durable: true));
        }

        await using var database = NpgsqlDataSource.Create(await TestPostgres.ServerAsync());
        await using var ask = database.CreateCommand(
            "SELECT version() || ', fsync ' || current_setting('fsync') || ', shared buffers '"
            + " || current_setting('shared_buffers')");
        return (isPrivate, $"{(isPrivate ? "of this run" : $"given by {Variable}")}, {await ask.ExecuteScalarAsync()}");
    }

    /// <summary>A fresh database, or the named one, made when it is not there.</summary>
    private static async Task<(string Runtime, string Owner)> DatabaseAsync(string? name)
    {
        if (name is null) return await TestPostgres.CreateAsync<MetricsDb>();

        var server = await TestPostgres.ServerAsync();
        await using var maintenance = NpgsqlDataSource.Create(server);
        var (runtime, owner) = (new NpgsqlConnectionStringBuilder(), new NpgsqlConnectionStringBuilder(server));
        if (await NumberAsync(maintenance, $"SELECT count(*) FROM pg_database WHERE datname = '{name}'") == 0)
        {
            var fresh = await TestPostgres.CreateAsync<MetricsDb>();
            owner.ConnectionString = fresh.Owner;
            await RunAsync(maintenance, $"ALTER DATABASE {owner.Database} RENAME TO {name}");
        }

        owner.ConnectionString = server;
        runtime.ConnectionString = server;
        (owner.Database, runtime.Database) = (name, name);
        (runtime.Username, runtime.Password) = ("jdz_runtime", "runtime");
        return (runtime.ConnectionString, owner.ConnectionString);
    }

    private static async Task DrainAsync(
        IReadOnlyDictionary<string, string> settings, Uri broker, NpgsqlDataSource database, int events)
    {
        await using (await ServiceProcess.StartAsync(typeof(MetricsDb), settings))
        {
            // Only starts once, so that every queue is there.
        }

        // Another seed each time: what was drained before would only be recognised.
        var year = new Year(Environment.TickCount, First, bookings: events / 7);
        var marked = year.Events.Count(one => one.Contract is not AvailabilityChanged);
        await using (var publisher = await Publisher.ConnectAsync(broker)) await publisher.SendAsync(year.Events);
        var begun = await MarksAsync(database);
        await using var service = await ServiceProcess.StartAsync(typeof(MetricsDb), settings);
        var (before, started) = (await MarksAsync(database), Stopwatch.GetTimestamp());

        // Looked at four times a second: counting costs the server what it should drain with.
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (await look.WaitForNextTickAsync() && await MarksAsync(database) - begun < marked)
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromMinutes(3))
            {
                throw new TimeoutException(
                    $"In the queues: {await TestBroker.LeftAsync(broker)}; failed: "
                    + $"{await NumberAsync(database, "SELECT count(*) FROM failed_messages")}; marked by consumer: "
                    + $"{await WordsAsync(database, "SELECT string_agg(consumer || ' ' || count, '; ') FROM "
                        + "(SELECT consumer, count(*) FROM inbox GROUP BY 1 ORDER BY 1) AS marks")}; sent: "
                    + string.Join("; ", year.Events.CountBy(one => one.Contract.GetType().Name))
                    + $"; {service.Output[^Math.Min(service.Output.Length, 4000)..]}");
            }
        }

        var rate = (begun + marked - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        Say($"drain of a queue of {year.Events.Count:N0} events (marks, facts, cells, traces)", $"{rate:N0} events/s");
        AtLeast("drain of a filled queue", 2_000, rate, "events/s");
    }

    private static Task<long> MarksAsync(NpgsqlDataSource database) =>
        NumberAsync(database, "SELECT count(*) FROM inbox");

    private static async Task LiveAsync(HttpClient admin, Uri broker)
    {
        const int Sales = 60;
        await using var publisher = await Publisher.ConnectAsync(broker);
        var template = (BookingConfirmed)new Year(2, First, 400).Events
            .First(one => one.Contract is BookingConfirmed).Contract;
        await using var stream = await admin.GetStreamAsync(new Uri("/v1/live", UriKind.Relative));
        await using var told = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();
        var bookings = await NextAsync();
        var waits = new List<double>();
        for (var sale = 0; sale < Sales; sale++)
        {
            var started = Stopwatch.GetTimestamp();
            await publisher.SendAsync([new SimulatedEvent(
                Guid.CreateVersion7(), TimeProvider.System.GetUtcNow(),
                template with { BookingId = Guid.CreateVersion7() })]);
            for (var before = bookings; bookings == before;) bookings = await NextAsync();
            waits.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        Say("published → told by the live stream", Percentiles(waits));
        Under("live stream behind its event, p99", 1_000, P99(waits), "ms");

        async Task<long> NextAsync()
        {
            await told.MoveNextAsync();
            return JsonSerializer.Deserialize<LiveFigures>(told.Current.Data, JsonSerializerOptions.Web)!
                .Figures.Single(figure => figure.Id == "bookings").N;
        }
    }

    private static async Task ImportAsync(HttpClient admin, NpgsqlDataSource database, int rows)
    {
        var run = Environment.TickCount;
        var text = new StringBuilder("reference,day,venue,county,kind,visitors,price_fen,country\n");
        for (var row = 0; row < rows; row++)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{run}-{row},{First.AddDays(row % 365):yyyy-MM-dd},v{row % 79},Zhushan,museum,2,19000,CN\n");
        }

        using var file = new StringContent(text.ToString());
        var started = Stopwatch.GetTimestamp();
        (await admin.PostAsync(new Uri("/v1/imports/agency-bookings?simulated=true", UriKind.Relative), file))
            .EnsureSuccessStatusCode();
        var ours = rows / Stopwatch.GetElapsedTime(started).TotalSeconds;

        // The same columns, streamed as \copy streams them, into the same table with its partitions and indexes.
        await using var connection = await database.OpenConnectionAsync();
        string copied;
        using (var export = await connection.BeginTextExportAsync(
            $"""
            COPY (SELECT gen_random_uuid(), occurred_at, simulated, event, gen_random_uuid(), product_id, merchant_id,
                venue_id, county, product_kind, night, channel, source, campaign, guest_key, country, age0to13,
                age14to17,
                age18to35, age36to59, age60up, bookings, visitors, price_fen, refund, refund_fen, was_confirmed,
                starts_at
                FROM booking_facts WHERE channel = 'agency' AND event = 'counted' LIMIT {rows}) TO STDOUT
            """))
        {
            copied = await export.ReadToEndAsync();
        }

        await using var transaction = await connection.BeginTransactionAsync();
        started = Stopwatch.GetTimestamp();
        await using (var copy = await connection.BeginTextImportAsync(
            """
            COPY booking_facts (message_id, occurred_at, simulated, event, subject_id, product_id, merchant_id,
                venue_id,
                county, product_kind, night, channel, source, campaign, guest_key, country, age0to13, age14to17,
                age18to35,
                age36to59, age60up, bookings, visitors, price_fen, refund, refund_fen, was_confirmed,
                starts_at) FROM STDIN
            """))
        {
            await copy.WriteAsync(copied);
        }

        var plain = rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await transaction.RollbackAsync();
        Say($"import of {rows:N0} rows (validated, facts, cells)", $"{ours:N0} rows/s",
            $"\\copy {plain:N0} rows/s", ours / plain);
        AtLeast("import against plain \\copy", 0.3, ours / plain, "times as fast");
    }

    private static async Task<(long Facts, double Seconds)> RebuildAsync(HttpClient admin, string what)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/rebuilds");
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        var asked = await (await admin.SendAsync(request)).Content.ReadFromJsonAsync<RebuildResponse>();
        var done = await Eventually.Holds(
            () => admin.GetFromJsonAsync<RebuildResponse>(new Uri($"/v1/rebuilds/{asked!.Id}", UriKind.Relative)),
            run => run!.FinishedAt is not null, TimeSpan.FromMinutes(50));
        var seconds = (done!.FinishedAt - done.StartedAt)!.Value.TotalSeconds;
        Say($"rebuild of {done.Facts:N0} facts that {what}", $"{seconds:N1} s, {done.Differences:N0} differences");
        return (done.Facts!.Value, seconds);
    }

    private static async Task AnswerAsync(HttpClient admin, NpgsqlDataSource database)
    {
        const int Slowest = 3;
        await RunAsync(database, "VACUUM ANALYZE cells, packed_days, packed_keys, sale_cells, visit_cells");
        (string Id, string Sql)[] rivals =
        [
            ("online-share-bookings",
                """
                SELECT count(*) FILTER (WHERE c.channel IN ('app', 'web', 'mini-program', 'ota'))::float / count(*)
                FROM booking_facts c
                WHERE c.event IN ('confirmed', 'counted')
                    AND c.occurred_at >= '2025-01-01 00:00+08' AND c.occurred_at < '2026-01-01 00:00+08'
                    AND NOT EXISTS (SELECT 1 FROM booking_facts x
                        WHERE x.subject_id = c.subject_id AND x.event = 'cancelled' AND x.refund = 'FULL')
                """),
            ("visits",
                """
                SELECT sum(visitors) FROM visit_facts WHERE NOT re_entry
                    AND occurred_at >= '2025-01-01 00:00+08' AND occurred_at < '2026-01-01 00:00+08'
                """),
        ];
        foreach (var (id, sql) in rivals)
        {
            var plain = await TimeAsync(3, () => RunAsync(database, sql));
            var ours = await TimeAsync(100, () => AskAsync(id, "2025-01-01", "2026-01-01"));
            Say($"{id} over a year, with the period before and the year before (HTTP)", Percentiles(ours),
                $"plain SQL {Middle(plain):N0} ms", Middle(plain) / Middle(ours));
            AtLeast($"{id} over a year against plain SQL", 100, Middle(plain) / Middle(ours), "times as fast");
        }

        var county = await TimeAsync(100, () => AskAsync("revenue", "2025-01-01", "2026-01-01", "&by=month,county"));
        Say("a year by month by county (HTTP)", Percentiles(county));
        Under("a year by month by county, p99", 200, P99(county), "ms");

        (string From, string To)[] periods =
        [
            ("2025-06-01", "2025-06-02"), ("2025-06-02", "2025-06-09"), ("2025-06-01", "2025-07-01"),
            ("2025-03-17", "2025-11-05"), ("2025-01-15", "2025-12-20"), ("2025-01-01", "2026-01-01"),
        ];

        // The one that is asked by its dimension, of which there are thousands.
        const string Ranked = "&by=route&top=10";
        (string Id, string More)[] asked =
            [.. IndicatorCatalogue.All.Select(indicator => (indicator.Id, "")), ("top-routes", Ranked)];
        var all = new List<double>();
        var middles = new List<(double Wait, string Id, string More, string From, string To)>();
        foreach (var (id, more) in asked)
        {
            foreach (var (from, to) in periods)
            {
                var waits = await TimeAsync(6, () => AskAsync(id, from, to, more));
                all.AddRange(waits);
                middles.Add((Middle(waits), id, more, from, to));
            }
        }

        Say($"{asked.Length} indicators × {periods.Length} periods × 6 (HTTP)", Percentiles(all));

        // Six samples have no 99th percentile: those that look slowest, and the ranked one over most of a year and all
        // of it, are asked a hundred times again.
        var slowest = middles.OrderByDescending(one => one.Wait).Take(Slowest)
            .Union(middles.Where(one => one.More == Ranked && one.To is ("2025-12-20" or "2026-01-01")));
        foreach (var (_, id, more, from, to) in slowest)
        {
            var waits = await TimeAsync(100, () => AskAsync(id, from, to, more));
            Say($"{id}{more} from {from} to {to}, 100 times (HTTP)", Percentiles(waits));
            Under($"{id}{more} from {from} to {to}, p99", 50, P99(waits), "ms");
        }

        Say("the paper's claims over a year (HTTP)", Percentiles(
            await TimeAsync(20, () => GetAsync("/v1/paper-claims?from=2025-01-01&to=2026-01-01"))));
        Say("all indicators over a year at once (HTTP)", Percentiles(
            await TimeAsync(20, () => GetAsync("/v1/indicators?from=2025-01-01&to=2026-01-01"))));

        Task AskAsync(string id, string from, string to, string more = "") =>
            GetAsync($"/v1/indicators/{id}?from={from}&to={to}{more}");

        Task GetAsync(string what) => admin.GetStringAsync(new Uri(what, UriKind.Relative));
    }

    private static async Task<List<double>> TimeAsync(int times, Func<Task> act)
    {
        await act();
        var took = new List<double>();
        for (var time = 0; time < times; time++)
        {
            var started = Stopwatch.GetTimestamp();
            await act();
            took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return took;
    }

    private static double Middle(List<double> waits) => waits.Order().ElementAt(waits.Count / 2);

    private static double P99(List<double> waits) =>
        waits.Order().ElementAt((int)Math.Ceiling(waits.Count * 0.99) - 1);

    private static string Percentiles(List<double> waits) =>
        string.Create(CultureInfo.InvariantCulture, $"p50 {Middle(waits):N1} ms, p99 {P99(waits):N1} ms");

    private static void AtLeast(string what, double asked, double figure, string unit) => Goals.Add(new(
        what, string.Create(CultureInfo.InvariantCulture, $"at least {asked:#,0.##} {unit}"),
        string.Create(CultureInfo.InvariantCulture, $"{figure:#,0.##}"), figure >= asked));

    private static void Under(string what, double asked, double figure, string unit) => Goals.Add(new(
        what, string.Create(CultureInfo.InvariantCulture, $"under {asked:#,0.##} {unit}"),
        string.Create(CultureInfo.InvariantCulture, $"{figure:#,0.##}"), figure < asked));

    internal static async Task RunAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    internal static async Task<long> NumberAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<string> WordsAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return $"{await command.ExecuteScalarAsync()}";
    }

    private static void Say(string what, string figure, string rival = "", double? ratio = null)
    {
        Lines.Add(new(what, figure, rival, ratio));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {figure} | {rival} | {ratio:N2} |"));
    }
}
