using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Simulation;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
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
        }, broker.Management);

        if (Environment.GetEnvironmentVariable("JDZ_REPORT") is not { Length: > 0 } report) return;
        await File.AppendAllTextAsync(report, string.Create(
            CultureInfo.InvariantCulture,
            $"| {seed} | {year.Events.Count:N0} × 3 | {year.Files.Values.Sum(file => file.Rows.Count - 1):N0} | 10 | 1 "
            + $"| {figures} | 0 | 0 | {Stopwatch.GetElapsedTime(began).TotalSeconds:N0} s |\n"));
    }

    /// <returns>How many figures were compared.</returns>
    private static async Task<int> RunAsync(
        Year year, Uri broker, int kills, Func<Task> breakBrokerAsync, Uri? management = null)
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
            throw new TimeoutException(
                $"{late.Message}; of {whole}: {await MissingAsync(owner, year)}; "
                + $"in the queues: {await TestBroker.LeftAsync(broker, management)}", late);
        }

        var truth = new TrueParts(year);
        var figures = await CompareAsync(admin, year)
            + await ComparePartsAsync(admin, owner, year, truth, thoroughly: false);
        Assert.Equal(0, await RebuildAsync(admin));
        return figures + await CompareAsync(admin, year)
            + await ComparePartsAsync(admin, owner, year, truth, thoroughly: management is not null);
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

    /// <summary>Every figure of every indicator over some periods, as the service tells it.</summary>
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
                    .Select(one => Words(one.Key, from, "", one.Value)),
                told.Where(one => !Personal.Contains(one.Id)).OrderBy(one => one.Id)
                    .Select(one => Words(one.Id, from, "", one.Value, one.Numerator, one.Denominator, one.N)));
            Assert.All(told, one => Assert.True(one.Simulated));
            figures += told.Count;
        }

        return figures;
    }

    /// <summary>
    /// Every indicator by every dimension that it names, by month, and by month and county: what the service tells, and
    /// what it may not tell because few stand behind it.
    /// </summary>
    /// <param name="thoroughly">Asks the service for every one of them, not for one an indicator.</param>
    private static async Task<int> ComparePartsAsync(
        HttpClient admin, string owner, Year year, TrueParts truth, bool thoroughly)
    {
        var figures = 0;
        var period = new Period(year.First, year.Last);
        await using var source = NpgsqlDataSource.Create(owner);
        await using var db = new MetricsDb((DbContextOptions<MetricsDb>)Database.Configure(
            new DbContextOptionsBuilder<MetricsDb>(), source).Options);
        var reader = new IndicatorReader(db, TimeProvider.System);
        foreach (var indicator in IndicatorCatalogue.All)
        {
            foreach (var by in TrueParts.Of(indicator))
            {
                var breakdown = Breakdown.Parse(by, indicator).Value!;
                var expected = truth.By(by).Select(part => (part.Start, part.Key, Figure: part.Figures[indicator.Id]))
                    .Where(part => part.Figure is not { Numerator: 0, Denominator: null or 0, N: 0 })
                    .OrderBy(part => part.Start).ThenBy(part => part.Key, StringComparer.Ordinal)
                    .Select(part => Words(indicator.Id, part.Start, part.Key, part.Figure)).ToList();
                var kept = await reader.PartsAsync(indicator.Definition, period, breakdown, CancellationToken.None);
                var all = Breakdown.Tell(indicator, kept, _ => false);
                Assert.Equal(expected, LinesOf(all));
                figures += all.Count;
                if (!thoroughly && by != TrueParts.Of(indicator).First()) continue;

                var told = (await admin.GetFromJsonAsync<IndicatorDetailResponse>(new Uri(
                    $"/v1/indicators/{indicator.Id}?from={period.From:yyyy-MM-dd}&to={period.To:yyyy-MM-dd}&by={by}",
                    UriKind.Relative)))!.Parts;
                var hidden = told.Where(part => part.Suppressed).Select(part => (part.Start, part.Key)).ToHashSet();
                Assert.Equal(
                    LinesOf([.. all.Where(part => !hidden.Contains((part.Start, part.Key)))]),
                    LinesOf([.. told.Where(part => !part.Suppressed)]));
            }

            IEnumerable<string> LinesOf(IReadOnlyList<PartResponse> parts) => parts
                .Where(part => part is not { Numerator: null or 0, Denominator: null or 0, N: 0 })
                .Select(part => Words(
                    indicator.Id, part.Start, part.Key, part.Value, part.Numerator, part.Denominator, part.N));
        }

        return figures;
    }

    private static string Words(string id, DateOnly start, string key, TrueFigure figure)
    {
        double? value = figure.Denominator switch
        {
            null => figure.Numerator,
            0 => null,
            var whole => (id == "complaint-rate" ? 10_000d : 1d) * figure.Numerator / whole,
        };
        return Words(id, start, key, value, figure.Numerator, figure.Denominator, figure.N);
    }

    /// <summary>A percentile is told as a value only, and of nothing there is none.</summary>
    private static string Words(
        string id, DateOnly start, string key, double? value, long? numerator, long? denominator, long? n) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{id} {start:yyyy-MM-dd} {key}: {(n == 0 ? value ?? 0 : value):R} "
            + $"= {numerator ?? value ?? 0}/{denominator} of {n}");

    /// <summary>The truth by dimension, told once a run because it takes a while.</summary>
    private sealed class TrueParts(Year year)
    {
        private const string ByMonth = "month";
        private const string ByMonthAndCounty = "month,county";

        private readonly Dictionary<string, List<TruePart>> _known = [];

        public static IEnumerable<string> Of(Indicator indicator) =>
        [
            .. indicator.By, ByMonth, .. indicator.By.Contains(Dimensions.County) ? [ByMonthAndCounty] : (string[])[],
        ];

        public List<TruePart> By(string by)
        {
            if (_known.TryGetValue(by, out var known)) return known;

            var months = Enumerable.Range(0, 12).Select(year.First.AddMonths);
            return _known[by] = by switch
            {
                ByMonth => [.. months.Select(month => new TruePart(month, "", Of(month).Figures))],
                ByMonthAndCounty => [.. months.SelectMany(month => Parts(month, Of(month), Dimensions.County))],
                _ => [.. Parts(year.First, new Truth(year, year.First, year.Last), by)],
            };

            Truth Of(DateOnly month) => new(year, month, month.AddMonths(1));

            static IEnumerable<TruePart> Parts(DateOnly start, Truth truth, string by) =>
                truth.PartsBy(by).Select(part => new TruePart(start, part.Key, part.Value));
        }
    }

    private sealed record TruePart(DateOnly Start, string Key, IReadOnlyDictionary<string, TrueFigure> Figures);

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
