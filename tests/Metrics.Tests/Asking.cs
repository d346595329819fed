using System.Net.Http.Json;
using Jingdezhen.Tourism.Metrics.Indicators;
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
}
