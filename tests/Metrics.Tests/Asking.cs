using System.Net.Http.Json;
using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Metrics.Tests;

/// <summary>Questions an admin asks.</summary>
internal static class Asking
{
    public static async Task<IndicatorResponse> Indicator(
        this ServiceFixture<MetricsDb> metrics, string id, DateOnly from, DateOnly to, string more = "") =>
        (await metrics.Detail(id, from, to, more)).Indicator;

    public static async Task<IndicatorDetailResponse> Detail(
        this ServiceFixture<MetricsDb> metrics, string id, DateOnly from, DateOnly to, string more = "")
    {
        var answer = await metrics.As("admin").GetAsync(
            new Uri($"/v1/indicators/{id}?from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}{more}", UriKind.Relative));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<IndicatorDetailResponse>())!;
    }

    /// <summary>Rebuilds, and tells how many differences were found among how many facts.</summary>
    public static async Task<(long Differences, long Facts)> Rebuild(this ServiceFixture<MetricsDb> metrics)
    {
        using var admin = metrics.As("admin");
        admin.DefaultRequestHeaders.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        var asked = await (await admin.PostAsync(new Uri("/v1/rebuilds", UriKind.Relative), null))
            .Content.ReadFromJsonAsync<RebuildResponse>();
        var done = await Eventually.Holds(
            () => admin.GetFromJsonAsync<RebuildResponse>(new Uri($"/v1/rebuilds/{asked!.Id}", UriKind.Relative)),
            run => run!.FinishedAt is not null);
        return (done!.Differences!.Value, done.Facts!.Value);
    }
}
