using System.Net.Http.Json;
using Jingdezhen.Tourism.Metrics.Claims;
using Jingdezhen.Tourism.Metrics.Imports;
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
        var drop = claims!.Single(claim => claim.Id == "complaint-drop").Figures[0];
        Assert.InRange(drop.Live!.Value, -0.45, -0.39);

        Task<string> LoadAsync() => PrivateProcess.RunAsync(
            Path.Combine(Repository.Root, "deploy/metrics/load-demo-year"), ["7", "300"], new Dictionary<string, string>
            {
                ["GATEWAY"] = service.Address.ToString().TrimEnd('/'),
                ["TOKEN"] = TestTokens.For("admin"),
            });
    }
}
