using System.Net.Http.Json;
using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Simulation;
using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.Metrics.Tests;

/// <summary>
/// A simulated year, every message three times and in no order, into a service that is killed again and again: every
/// figure equals the truth to the last digit. JDZ_LONG=1 runs three seeds, larger, with ten kills each.
/// </summary>
public sealed class ExactnessTests
{
    private static bool Long => Environment.GetEnvironmentVariable("JDZ_LONG") == "1";

    public static TheoryData<int> Seeds => Long ? [1, 2, 3] : [1];

    [Theory, MemberData(nameof(Seeds))]
    public async Task Every_figure_is_exact_after_shuffled_repeated_messages_and_kills(int seed)
    {
        var (bookings, kills) = Long ? (20_000, 10) : (400, 2);
        var year = new Year(seed, new(2025, 1, 1), bookings);
        var random = new Random(seed);
        var shuffled = Enumerable.Repeat(year.Events, 3).SelectMany(events => events).ToArray();
        random.Shuffle(shuffled);
        var (runtime, owner) = await TestPostgres.CreateAsync<MetricsDb>();
        var broker = await TestBroker.CreateAsync();
        var settings = ServiceFixture<MetricsDb>.Environment(runtime, owner, broker);
        await using (await ServiceProcess.StartAsync(typeof(MetricsDb), settings))
        {
            // Only starts once, so that every queue is there before the first message.
        }

        await using (var publisher = await Publisher.ConnectAsync(broker)) await publisher.SendAsync(shuffled);
        for (var kill = 1; kill <= kills; kill++)
        {
            await using var victim = await ServiceProcess.StartAsync(typeof(MetricsDb), settings);
            var before = await FactsAsync(owner);
            await Eventually.Holds(
                () => FactsAsync(owner), facts => facts > before || facts == year.Events.Count, TimeSpan.FromSeconds(60));
            victim.Kill();
        }

        await using var service = await ServiceProcess.StartAsync(typeof(MetricsDb), settings);
        using var admin = service.Client(TestTokens.For("admin"));
        await Eventually.Holds(
            () => FactsAsync(owner), facts => facts == year.Events.Count, TimeSpan.FromSeconds(Long ? 600 : 120));

        await CompareAsync(admin, year, year.First, year.Last);
        Assert.Equal(0, await RebuildAsync(admin));
        await CompareAsync(admin, year, year.First, year.Last);
    }

    private static async Task CompareAsync(HttpClient admin, Year year, DateOnly from, DateOnly to)
    {
        var indicators = (await admin.GetFromJsonAsync<List<IndicatorResponse>>(
            new Uri($"/v1/indicators?from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}", UriKind.Relative)))!.ToDictionary(one => one.Id);
        var truth = Truth.Of(year, from, to);

        Assert.Equal(
            truth.Select(one => $"{one.Key} {one.Value.Numerator}/{one.Value.Denominator}"),
            truth.Select(one => indicators[one.Key]).Select(one => $"{one.Id} {one.Numerator ?? (long?)one.Value}/{one.Denominator}"));
        Assert.All(indicators.Values, one => Assert.True(one.Simulated));
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

    private static async Task<long> FactsAsync(string owner)
    {
        await using var connection = new NpgsqlConnection(owner);
        await connection.OpenAsync();
        await using var count = new NpgsqlCommand(
            """
            SELECT (SELECT count(*) FROM booking_facts) + (SELECT count(*) FROM visit_facts) + (SELECT count(*) FROM stay_facts)
                + (SELECT count(*) FROM complaint_facts) + (SELECT count(*) FROM compensation_facts)
                + (SELECT count(*) FROM survey_facts) + (SELECT count(*) FROM route_facts) + (SELECT count(*) FROM plan_facts)
                + (SELECT count(*) FROM payment_facts) + (SELECT count(*) FROM supply_facts)
            """, connection);
        return (long)(await count.ExecuteScalarAsync())!;
    }
}
