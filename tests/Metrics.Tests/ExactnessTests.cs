using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Simulation;
using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.Metrics.Tests;

/// <summary>
/// A simulated year, every message three times and in no order, its files besides, into a service that is killed again
/// and
/// again: every figure equals the truth to the last digit, and a rebuild finds nothing.
/// </summary>
public sealed class ExactnessTests
{
    private static readonly DateOnly First = new(2025, 1, 1);
    private static readonly string[] Personal = ["youth-share", "inbound-visitors", "greater-china-visitors"];

    [Fact]
    public async Task Every_figure_is_exact_after_shuffled_repeated_messages_and_kills()
    {
        var broker = await TestBroker.CreateAsync();

        await RunAsync(new Year(seed: 1, First, bookings: 300), broker, kills: 2, () => Task.CompletedTask);
    }

    /// <summary>With JDZ_REPORT naming a file, each seed adds its line to it.</summary>
    [Theory, Trait("Category", "Long"), InlineData(1), InlineData(2), InlineData(3)]
    public async Task Every_figure_is_exact_though_the_broker_dies_too(int seed)
    {
        await using var broker = await PrivateBroker.StartAsync();
        var year = new Year(seed, First, bookings: 2_000);
        var began = Stopwatch.GetTimestamp();

        var figures = await RunAsync(year, broker.Address, kills: 10, async () =>
        {
            broker.Kill();
            await broker.StartAgainAsync();
        });

        if (Environment.GetEnvironmentVariable("JDZ_REPORT") is not { Length: > 0 } report) return;
        await File.AppendAllTextAsync(report, string.Create(
            CultureInfo.InvariantCulture,
            $"| {seed} | {year.Events.Count:N0} × 3 | {year.Files.Values.Sum(file => file.Rows.Count - 1):N0} | 10 | 1 "
            + $"| {figures} | 0 | 0 | {Stopwatch.GetElapsedTime(began).TotalSeconds:N0} s |\n"));
    }

    /// <returns>How many figures were compared.</returns>
    private static async Task<int> RunAsync(Year year, Uri broker, int kills, Func<Task> breakBrokerAsync)
    {
        var (runtime, owner) = await TestPostgres.CreateAsync<MetricsDb>();
        var settings = ServiceFixture<MetricsDb>.Environment(runtime, owner, broker);
        await using (await ServiceProcess.StartAsync(typeof(MetricsDb), settings))
        {
            // Only starts once, so that every queue is there before the first message.
        }

        await PublishAsync(year, broker);
        var whole = Known.Of(year);
        for (var kill = 1; kill <= kills; kill++)
        {
            await using var victim = await ServiceProcess.StartAsync(typeof(MetricsDb), settings);
            using var client = victim.Client(TestTokens.For("admin"));
            var before = await KnownAsync(owner);
            var imports = ImportAsync(client, year);
            await Eventually.Holds(
                () => KnownAsync(owner), known => known.Facts > before.Facts || known == whole,
                TimeSpan.FromSeconds(60));
            victim.Kill();

            // Whatever was on the way is cut off; what counts is that it can be sent again.
            await imports.ContinueWith(cut => cut.Exception, TaskScheduler.Default);
            if (kill == kills / 2) await breakBrokerAsync();
        }

        await using var service = await ServiceProcess.StartAsync(typeof(MetricsDb), settings);
        using var admin = service.Client(TestTokens.For("admin"));
        admin.Timeout = TimeSpan.FromMinutes(5);
        await ImportAsync(admin, year);
        try
        {
            await Eventually.Holds(
                async () =>
                {
                    await SendAgainAsync(admin);
                    return await KnownAsync(owner);
                },
                known => known == whole, TimeSpan.FromSeconds(240));
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}; of {whole}: {await MissingAsync(owner, year)}", late);
        }

        var figures = await CompareAsync(admin, year);
        await ComparePersonalAsync(owner, year);
        Assert.Equal(0, await RebuildAsync(admin));
        await ComparePersonalAsync(owner, year);
        return figures + await CompareAsync(admin, year);
    }

    private static async Task PublishAsync(Year year, Uri broker)
    {
        var shuffled = Enumerable.Repeat(year.Events, 3).SelectMany(events => events).ToArray();
        new Random(year.Events.Count).Shuffle(shuffled);
        await using var publisher = await Publisher.ConnectAsync(broker);
        await publisher.SendAsync(shuffled);
    }

    private static async Task ImportAsync(HttpClient admin, Year year)
    {
        foreach (var (kind, rows) in year.Files.Values)
        {
            using var file = new StringContent(string.Join('\n', rows), Encoding.UTF8);
            var answer = await admin.PostAsync(new Uri($"/v1/imports/{kind}?simulated=true", UriKind.Relative), file);
            Assert.True(answer.IsSuccessStatusCode, $"{kind}: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    private static async Task<int> CompareAsync(HttpClient admin, Year year)
    {
        var figures = 0;
        (DateOnly From, DateOnly To)[] periods =
        [
            (year.First, year.Last), (year.YearBefore, year.First), (First.AddMonths(3), First.AddMonths(6)),
            (First.AddDays(17), First.AddDays(290)),
        ];
        foreach (var (from, to) in periods)
        {
            var told = (await admin.GetFromJsonAsync<List<IndicatorResponse>>(
                new Uri($"/v1/indicators?from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}", UriKind.Relative)))!;
            var truth = new Truth(year, from, to).Figures;
            Assert.All(told.Where(one => Personal.Contains(one.Id) && !one.Suppressed), one =>
            {
                var own = new Truth(year, one.Period.From, one.Period.To).Figures[one.Id];
                Assert.Equal((own.Numerator, own.Denominator), (one.Numerator, one.Denominator));
            });
            Assert.Equal(
                truth.Where(one => one.Value.Coverage is not null).OrderBy(one => one.Key)
                    .Select(one => (one.Key, one.Value.Coverage)),
                told.Where(one => truth.GetValueOrDefault(one.Id)?.Coverage is not null).OrderBy(one => one.Id)
                    .Select(one => (one.Id, one.Coverage)));
            Assert.Equal(
                truth.Where(one => !Personal.Contains(one.Key)).OrderBy(one => one.Key)
                    .Select(one => $"{one.Key} {one.Value.Numerator}/{one.Value.Denominator}"),
                told.Where(one => truth.ContainsKey(one.Id) && !Personal.Contains(one.Id)).OrderBy(one => one.Id)
                    .Select(one => $"{one.Id} {one.Numerator ?? (long)(one.Value ?? 0)}/{one.Denominator}"));
            Assert.Equal(
                ["carrying-load"], told.Select(one => one.Id).Where(id => !truth.ContainsKey(id)));
            Assert.All(told, one => Assert.True(one.Simulated));
            figures += told.Count;
        }

        foreach (var ((indicator, by), parts) in new Truth(year, year.First, year.Last).Parts)
        {
            var told = (await admin.GetFromJsonAsync<IndicatorDetailResponse>(new Uri(
                $"/v1/indicators/{indicator}?from={year.First:yyyy-MM-dd}&to={year.Last:yyyy-MM-dd}&by={by}",
                UriKind.Relative)))!;
            Assert.Equal(
                parts.OrderBy(part => part.Key, StringComparer.Ordinal)
                    .Select(part => $"{indicator} {part.Key} {part.Value.Numerator}/{part.Value.Denominator}"),
                told.Parts.Where(part => parts.ContainsKey(part.Key) || (part.Numerator > 0 && part.Denominator > 0))
                    .Select(part => $"{indicator} {part.Key} {part.Numerator}/{part.Denominator}"));
            figures += parts.Count;
        }

        return figures;
    }

    /// <summary>What may not be told of few people is exact all the same.</summary>
    private static async Task ComparePersonalAsync(string owner, Year year)
    {
        var truth = new Truth(year, year.First, year.Last).Figures;
        await using var source = NpgsqlDataSource.Create(owner);
        await using var ask = source.CreateCommand(
            """
            SELECT coalesce(sum(value) FILTER (WHERE measure = 'visits-young'), 0)::bigint,
                coalesce(sum(value) FILTER (WHERE measure = 'visits-aged'), 0)::bigint,
                coalesce(sum(value) FILTER (WHERE measure = 'visits-inbound'), 0)::bigint,
                coalesce(sum(value) FILTER (WHERE measure = 'visits-greater-china'), 0)::bigint
            FROM cells WHERE dimension = '' AND day >= $1 AND day < $2
            """);
        ask.Parameters.Add(new() { Value = year.First });
        ask.Parameters.Add(new() { Value = year.Last });
        await using var row = await ask.ExecuteReaderAsync();
        await row.ReadAsync();
        Assert.Equal(
            (truth["youth-share"].Numerator, truth["youth-share"].Denominator!.Value,
                truth["inbound-visitors"].Numerator, truth["greater-china-visitors"].Numerator),
            (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)));
    }

    private static async Task<long> RebuildAsync(HttpClient admin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/rebuilds");
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        var asked = await (await admin.SendAsync(request)).Content.ReadFromJsonAsync<RebuildResponse>();
        var done = await Eventually.Holds(
            () => admin.GetFromJsonAsync<RebuildResponse>(new Uri($"/v1/rebuilds/{asked!.Id}", UriKind.Relative)),
            run => run!.FinishedAt is not null, TimeSpan.FromSeconds(180));
        return done!.Differences!.Value;
    }

    /// <summary>What Metrics knows: facts, and the versions of slots, of which each began with 1 and missed
    /// none.</summary>
    private sealed record Known(long Facts, long Versions)
    {
        public static Known Of(Year year)
        {
            var availability = year.Events.Count(one => one.Contract is AvailabilityChanged);
            return new(
                year.Events.Count - availability + year.Files.Values.Sum(file => file.Rows.Count - 1), availability);
        }
    }

    /// <summary>What failed for good on the way is in the admin's list; it is lost only if it is not there.</summary>
    private static async Task SendAgainAsync(HttpClient admin)
    {
        var failed = await admin.GetFromJsonAsync<List<FailedMessageResponse>>(
            new Uri("/v1/admin/metrics/failed-messages", UriKind.Relative));
        foreach (var one in failed!)
        {
            using var answer = await admin.PostAsync(
                new Uri($"/v1/admin/metrics/failed-messages/{one.Id}/resend", UriKind.Relative), null);
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Which events did not arrive, and which messages failed for good.</summary>
    private static async Task<string> MissingAsync(string owner, Year year)
    {
        await using var source = NpgsqlDataSource.Create(owner);
        await using var ask = source.CreateCommand(
            """
            SELECT message_id FROM unnest($1) AS message_id
            WHERE NOT EXISTS (SELECT FROM inbox WHERE inbox.message_id = message_id.message_id)
            """);
        ask.Parameters.Add(new() { Value = year.Events.Select(one => one.MessageId).ToArray() });
        var missing = new List<Guid>();
        await using (var rows = await ask.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync()) missing.Add(rows.GetGuid(0));
        }

        await using var failures = source.CreateCommand(
            """
            SELECT coalesce(string_agg(DISTINCT queue || ': ' || left(reason, 200), '; '), 'none') FROM failed_messages
            """);
        var events = year.Events.Where(one => missing.Contains(one.MessageId)).Select(one => $"{one}");
        return $"missing: {string.Join(", ", events)}; failed: {await failures.ExecuteScalarAsync()}";
    }

    private static async Task<Known> KnownAsync(string owner)
    {
        await using var connection = new NpgsqlConnection(owner);
        await connection.OpenAsync();
        await using var count = new NpgsqlCommand(
            """
            SELECT (SELECT count(*) FROM booking_facts) + (SELECT count(*) FROM visit_facts)
                + (SELECT count(*) FROM stay_facts) + (SELECT count(*) FROM complaint_facts)
                + (SELECT count(*) FROM compensation_facts) + (SELECT count(*) FROM survey_facts)
                + (SELECT count(*) FROM route_facts) + (SELECT count(*) FROM plan_facts)
                + (SELECT count(*) FROM payment_facts) + (SELECT count(*) FROM supply_facts),
                (SELECT coalesce(sum(version), 0)::bigint FROM slots)
            """, connection);
        await using var row = await count.ExecuteReaderAsync();
        await row.ReadAsync();
        return new(row.GetInt64(0), row.GetInt64(1));
    }
}
