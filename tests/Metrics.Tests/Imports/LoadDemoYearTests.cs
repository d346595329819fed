using System.Net.Http.Json;
using Jingdezhen.Tourism.Metrics.Alerts;
using Jingdezhen.Tourism.Metrics.Claims;
using Jingdezhen.Tourism.Metrics.Imports;
using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Metrics.Tests.Imports;

/// <summary><c>deploy/metrics/load-demo-year</c> as it is, against a service as it runs.</summary>
public sealed class LoadDemoYearTests
{
    [Fact]
    public async Task The_demo_year_is_loaded_once_and_every_claim_over_it_is_called_simulated()
    {
        var (runtime, owner) = await TestPostgres.CreateAsync<MetricsDb>();
        var broker = await TestBroker.CreateAsync();
        await using var service = await ServiceProcess.StartAsync(
            typeof(MetricsDb), ServiceFixture<MetricsDb>.Environment(runtime, owner, broker));
        using var admin = service.Client(TestTokens.For("admin"));

        var first = await LoadAsync();
        var second = await LoadAsync();

        Assert.Contains("demo year: events.jsonl.gz", first, StringComparison.Ordinal);
        Assert.Contains("demo year: loaded already", second, StringComparison.Ordinal);
        var imports = await admin.GetFromJsonAsync<List<ImportResponse>>(new Uri("/v1/imports", UriKind.Relative));
        Assert.All(imports!, import => Assert.True(import is { Simulated: true, State: "loaded" }));
        Assert.Equal(5, imports!.Count);
        var claims = await admin.GetFromJsonAsync<List<ClaimResponse>>(new Uri("/v1/paper-claims", UriKind.Relative));
        Assert.All(claims!.SelectMany(claim => claim.Figures), figure => Assert.Equal("simulated", figure.Verdict));
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().AddHours(8).DateTime);
        var figures = await admin.GetFromJsonAsync<List<IndicatorResponse>>(new Uri(
            $"/v1/indicators?from={today:yyyy-MM-dd}&to={today.AddDays(1):yyyy-MM-dd}", UriKind.Relative));
        Assert.All(figures!, figure => Assert.True(figure.LastYear!.Simulated || figure.Previous!.Simulated));
        await Eventually.Holds(
            () => admin.GetStringAsync(new Uri("/metrics", UriKind.Relative)),
            text => text.Split('\n').Any(line => line.StartsWith("jdz_indicator_bookings", StringComparison.Ordinal)
                && line.Contains("simulated=\"true\"", StringComparison.OrdinalIgnoreCase)));
        using var merchant = service.Client(TestTokens.For("merchant", merchant: await MerchantAsync()));
        var own = await merchant.GetFromJsonAsync<List<ProductFiguresResponse>>(new Uri(
            $"/v1/merchant-figures?from={today.AddYears(-1):yyyy-MM-dd}&to={today.AddDays(1):yyyy-MM-dd}",
            UriKind.Relative));
        Assert.NotEmpty(own!);
        Assert.All(own!, figure => Assert.True(figure.Simulated));
        using var alert = new HttpRequestMessage(HttpMethod.Post, "/v1/indicator-alerts")
        {
            Content = JsonContent.Create(new SetAlertRequest("bookings", 30, "above", 1_000_000, 1_000_000, 1)),
        };
        alert.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        Assert.True((await (await admin.SendAsync(alert)).Content.ReadFromJsonAsync<AlertResponse>())!.Simulated);
        var drop = claims!.Single(claim => claim.Id == "complaint-drop").Figures[0];
        Assert.InRange(drop.Live!.Value, -0.45, -0.39);

        async Task<Guid> MerchantAsync()
        {
            var told = await admin.GetFromJsonAsync<IndicatorDetailResponse>(new Uri(
                $"/v1/indicators/bookings?from={today.AddYears(-1):yyyy-MM-dd}&to={today:yyyy-MM-dd}&by=merchant&top=1",
                UriKind.Relative));
            return Guid.Parse(told!.Parts[0].Key);
        }

        Task<string> LoadAsync() => PrivateProcess.RunAsync(
            Path.Combine(Repository.Root, "deploy/metrics/load-demo-year"), ["7", "300"], new Dictionary<string, string>
            {
                ["GATEWAY"] = service.Address.ToString().TrimEnd('/'),
                ["TOKEN"] = TestTokens.For("admin"),
            });
    }
}
