using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Simulation;
using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.Benchmarks.Metrics;

/// <summary>
/// What Metrics costs against plain SQL on the same server: draining a full queue, importing, answering, rebuilding.
/// <c>run metrics [--facts 1000000] [--events 20000] [--import 500000]</c>
/// </summary>
internal static class MetricsBenchmark
{
    private static readonly DateOnly First = new(2025, 1, 1);

    public static async Task<int> RunAsync(string[] args)
    {
        var facts = Option("--facts", 1_000_000);
        var events = Option("--events", 20_000);
        var rows = Option("--import", 500_000);
        var (runtime, owner) = await TestPostgres.CreateAsync<MetricsDb>();
        var broker = await TestBroker.CreateAsync();
        var settings = ServiceFixture<MetricsDb>.Environment(runtime, owner, broker);
        await using var database = NpgsqlDataSource.Create(owner + ";Command Timeout=1200");
        Console.WriteLine($"| what | figure | plain SQL | ratio |\n|---|---|---|---|");

        await DrainAsync(settings, broker, database, events);
        await using var service = await ServiceProcess.StartAsync(typeof(MetricsDb), settings);
        using var admin = service.Client(TestTokens.For("admin"));
        admin.Timeout = TimeSpan.FromMinutes(20);
        await LatencyAsync(broker, database);
        await ImportAsync(admin, database, rows);
        await FillAsync(database, facts);
        await RebuildAsync(admin, "fills the cells", repairs: true);
        await RebuildAsync(admin, "finds nothing", repairs: false);
        await AnswerAsync(admin, database);
        return 0;

        int Option(string name, int otherwise) =>
            Array.IndexOf(args, name) is >= 0 and var at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
    }

    private static async Task DrainAsync(
        IReadOnlyDictionary<string, string> settings, Uri broker, NpgsqlDataSource database, int events)
    {
        await using (await ServiceProcess.StartAsync(typeof(MetricsDb), settings))
        {
            // Only starts once, so that every queue is there.
        }

        var year = new Year(1, First, events / 6);
        await using (var publisher = await Publisher.ConnectAsync(broker)) await publisher.SendAsync(year.Events);
        await using var service = await ServiceProcess.StartAsync(typeof(MetricsDb), settings);
        var (before, started) = (await MarksAsync(database), Stopwatch.GetTimestamp());
        await Eventually.Holds(() => MarksAsync(database), marks => marks == year.Events.Count, TimeSpan.FromMinutes(5));
        var rate = (year.Events.Count - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        Say($"drain of a queue of {year.Events.Count:N0} events (marks, facts, cells, traces)", $"{rate:N0} events/s", "", "");
    }

    private static Task<long> MarksAsync(NpgsqlDataSource database) => NumberAsync(database, "SELECT count(*) FROM inbox");

    private static async Task LatencyAsync(Uri broker, NpgsqlDataSource database)
    {
        const int Sales = 2000;
        await using var publisher = await Publisher.ConnectAsync(broker);
        var sent = new Dictionary<Guid, DateTimeOffset>();
        var started = Stopwatch.GetTimestamp();
        var template = new Year(2, First, 400).Events.First(one => one.Contract is BookingConfirmed);
        for (var sale = 0; sale < Sales; sale++)
        {
            var due = TimeSpan.FromMilliseconds(5 * sale) - Stopwatch.GetElapsedTime(started);
            if (due > TimeSpan.Zero) await Task.Delay(due);
            var one = new SimulatedEvent(
                Guid.CreateVersion7(), TimeProvider.System.GetUtcNow(),
                (BookingConfirmed)template.Contract with { BookingId = Guid.CreateVersion7() });
            sent[one.MessageId] = TimeProvider.System.GetUtcNow();
            await publisher.SendAsync([one]);
        }

        // The mark's time is taken in the transaction that commits the row, so polling adds nothing to it.
        await Eventually.Holds(
            () => NumberAsync(database, $"SELECT count(*) FROM inbox WHERE message_id = ANY('{{{string.Join(',', sent.Keys)}}}')"),
            count => count == Sales, TimeSpan.FromSeconds(60));
        var waits = new List<double>();
        await using var read = database.CreateCommand("SELECT message_id, handled_at FROM inbox WHERE message_id = ANY($1)");
        read.Parameters.AddWithValue(sent.Keys.ToArray());
        await using var reader = await read.ExecuteReaderAsync();
        while (await reader.ReadAsync()) waits.Add((reader.GetFieldValue<DateTimeOffset>(1) - sent[reader.GetGuid(0)]).TotalMilliseconds);
        waits.Sort();
        Say("publish → marked in Metrics' transaction, 200 bookings/s", $"p50 {waits[waits.Count / 2]:N0} ms, p99 {waits[(int)(waits.Count * 0.99)]:N0} ms", "", "");
    }

    private static async Task ImportAsync(HttpClient admin, NpgsqlDataSource database, int rows)
    {
        var text = new StringBuilder("reference,day,venue,county,kind,visitors,price_fen,country\n");
        for (var row = 0; row < rows; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"R{row},{First.AddDays(row % 365):yyyy-MM-dd},v{row % 79},Zhushan,museum,2,19000,CN\n");
        }

        var started = Stopwatch.GetTimestamp();
        using var file = new StringContent(text.ToString());
        (await admin.PostAsync(new Uri("/v1/imports/agency-bookings", UriKind.Relative), file)).EnsureSuccessStatusCode();
        var ours = rows / Stopwatch.GetElapsedTime(started).TotalSeconds;

        // The same rows, from a text stream, into a table of the same columns, partitions and indexes.
        await RunAsync(database,
            """
            CREATE TABLE rival (LIKE booking_facts INCLUDING ALL) PARTITION BY RANGE (occurred_at);
            DO $$ BEGIN FOR month IN 1..13 LOOP EXECUTE format('CREATE TABLE rival_%s PARTITION OF rival FOR VALUES FROM (%L) TO (%L)',
                month, timestamptz '2024-11-30 16:00Z' + (month - 1) * interval '1 month', timestamptz '2024-11-30 16:00Z' + month * interval '1 month');
            END LOOP; END $$;
            COPY (SELECT * FROM booking_facts WHERE channel = 'agency' AND event = 'counted') TO '/tmp/jdz-rival.copy';
            """);
        started = Stopwatch.GetTimestamp();
        await RunAsync(database, "COPY rival FROM '/tmp/jdz-rival.copy'");
        var plain = rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
        Say($"import of {rows:N0} rows (validated, facts, cells)", $"{ours:N0} rows/s", $"\\copy {plain:N0} rows/s", $"{ours / plain:N2}");
    }

    /// <summary>Facts by plain SQL, as if years had passed: sales, one in ten cancelled, and visits.</summary>
    private static async Task FillAsync(NpgsqlDataSource database, int facts)
    {
        for (var month = 0; month < 13; month++)
        {
            await RunAsync(database,
                $"SELECT ensure_fact_month('booking_facts', '{First.AddMonths(month):yyyy-MM-dd}'), ensure_fact_month('visit_facts', '{First.AddMonths(month):yyyy-MM-dd}')");
        }

        await RunAsync(database,
            $"""
            CREATE TEMP TABLE sold AS SELECT gen_random_uuid() AS id, timestamptz '2025-01-01 00:00+08' + i % 365 * interval '1 day'
                + i % 40000 * interval '1 second' AS at, i FROM generate_series(1, {facts / 2}) i;
            INSERT INTO booking_facts (message_id, occurred_at, simulated, event, subject_id, product_id, merchant_id, venue_id,
                county, product_kind, night, channel, country, age0to13, age14to17, age18to35, age36to59, age60up, bookings,
                visitors, price_fen, refund_fen, was_confirmed, starts_at)
            SELECT gen_random_uuid(), at, true, 'confirmed', id, ('00000000-0000-0000-0000-' || lpad((i % 300)::text, 12, '0'))::uuid,
                ('00000000-0000-0000-0001-' || lpad((i % 50)::text, 12, '0'))::uuid, 'v' || i % 79,
                (ARRAY['Zhushan','Changjiang','Fuliang','Leping','Changnan New Area'])[1 + i % 5], 'museum', false,
                (ARRAY['app','web','ota','counter'])[1 + i % 4], 'CN', 0, 0, 2, 0, 0, 1, 2, 19000, 0, true, at + interval '2 days'
            FROM sold;
            INSERT INTO booking_facts (message_id, occurred_at, simulated, event, subject_id, night, age0to13, age14to17, age18to35,
                age36to59, age60up, bookings, visitors, price_fen, refund, refund_fen, was_confirmed)
            SELECT gen_random_uuid(), at + interval '1 hour', true, 'cancelled', id, false, 0, 0, 0, 0, 0, 1, 2, 0, 'FULL', 19000, true
            FROM sold WHERE i % 10 = 0;
            INSERT INTO visit_facts (message_id, occurred_at, simulated, subject_id, product_id, merchant_id, venue_id, county,
                product_kind, channel, country, age_band, visitors, re_entry, starts_at)
            SELECT gen_random_uuid(), at + interval '2 days', true, id, ('00000000-0000-0000-0000-' || lpad((i % 300)::text, 12, '0'))::uuid,
                ('00000000-0000-0000-0001-' || lpad((i % 50)::text, 12, '0'))::uuid, 'v' || i % 79,
                (ARRAY['Zhushan','Changjiang','Fuliang','Leping','Changnan New Area'])[1 + i % 5], 'museum', 'app', 'CN', '18-35', 2,
                false, at + interval '2 days' FROM sold WHERE i % 10 <> 0 AND at < '2025-12-28';
            """);
        await RunAsync(database, "VACUUM ANALYZE");
    }

    private static async Task RebuildAsync(HttpClient admin, string what, bool repairs)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/rebuilds");
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        var asked = await (await admin.SendAsync(request)).Content.ReadFromJsonAsync<RebuildResponse>();
        var done = await Eventually.Holds(
            () => admin.GetFromJsonAsync<RebuildResponse>(new Uri($"/v1/rebuilds/{asked!.Id}", UriKind.Relative)),
            run => run!.FinishedAt is not null, TimeSpan.FromMinutes(20));
        var seconds = (done!.FinishedAt - done.StartedAt)!.Value.TotalSeconds;
        Say($"rebuild of {done.Facts:N0} facts that {what} ({(repairs ? "two comparisons and a repair" : "one comparison")})",
            $"{seconds:N1} s, {done.Differences:N0} differences", "", "");
    }

    private static async Task AnswerAsync(HttpClient admin, NpgsqlDataSource database)
    {
        await RunAsync(database, "VACUUM ANALYZE cells");
        const string Plain =
            """
            SELECT count(*) FILTER (WHERE c.channel IN ('app', 'web', 'mini-program', 'ota'))::float / count(*) FROM booking_facts c
            WHERE c.event IN ('confirmed', 'counted') AND c.occurred_at >= '2025-01-01 00:00+08' AND c.occurred_at < '2026-01-01 00:00+08'
                AND NOT EXISTS (SELECT 1 FROM booking_facts x WHERE x.subject_id = c.subject_id AND x.event = 'cancelled' AND x.refund = 'FULL')
            """;
        var plain = await TimeAsync(3, () => RunAsync(database, Plain));
        var one = await TimeAsync(100, () => admin.GetStringAsync(
            new Uri("/v1/indicators/online-share-bookings?from=2025-01-01&to=2026-01-01", UriKind.Relative)));
        Say("one indicator over a year, with previous period and year before (HTTP)",
            $"p50 {one.P50:N1} ms, p99 {one.P99:N1} ms", $"{plain.P50:N0} ms", $"{plain.P50 / one.P50:N0}");
        var county = await TimeAsync(50, () => admin.GetStringAsync(
            new Uri("/v1/indicators/revenue?from=2025-01-01&to=2026-01-01&by=month,county", UriKind.Relative)));
        Say("a year by month by county (HTTP)", $"p50 {county.P50:N1} ms, p99 {county.P99:N1} ms", "", "");
        var all = await TimeAsync(50, () => admin.GetStringAsync(new Uri("/v1/indicators?from=2025-01-01&to=2026-01-01", UriKind.Relative)));
        Say("all indicators over a year (HTTP)", $"p50 {all.P50:N1} ms, p99 {all.P99:N1} ms", "", "");
    }

    private static async Task<(double P50, double P99)> TimeAsync(int times, Func<Task> act)
    {
        await act();
        var took = new List<double>();
        for (var time = 0; time < times; time++)
        {
            var started = Stopwatch.GetTimestamp();
            await act();
            took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        took.Sort();
        return (took[took.Count / 2], took[(int)Math.Ceiling(took.Count * 0.99) - 1]);
    }

    private static async Task RunAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> NumberAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static void Say(string what, string figure, string plain, string ratio) =>
        Console.WriteLine($"| {what} | {figure} | {plain} | {ratio} |");
}
