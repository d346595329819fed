using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Jingdezhen.Tourism.Metrics.Live;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Metrics.Tests.Live;

public sealed class LiveTests(ServiceFixture<MetricsDb> metrics) : IClassFixture<ServiceFixture<MetricsDb>>
{
    [Fact]
    public async Task A_sale_is_told_to_whoever_listens_and_to_Prometheus()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var stream = await metrics.As("admin")
            .GetStreamAsync(new Uri("/v1/live", UriKind.Relative), limit.Token);
        await using var told = SseParser.Create(stream).EnumerateAsync(limit.Token).GetAsyncEnumerator(limit.Token);
        Assert.Equal(0, await NextAsync());

        await metrics.Deliver(Given.Sale("app", 1, 100), occurredAt: metrics.Clock.GetUtcNow());
        var settled = Stopwatch.GetTimestamp();

        Assert.Equal(1, await NextAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(settled), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await Eventually.Holds(
            () => metrics.Anonymous().GetStringAsync(new Uri("/metrics", UriKind.Relative)),
            text => text.Contains("jdz_indicator_bookings", StringComparison.Ordinal));

        async Task<double?> NextAsync()
        {
            Assert.True(await told.MoveNextAsync());
            var figures = JsonSerializer.Deserialize<LiveFigures>(told.Current.Data, JsonSerializerOptions.Web)!;
            return figures.Figures.Single(figure => figure.Id == "bookings").Value;
        }
    }

    [Fact]
    public async Task The_monthly_report_is_one_page_with_its_plots_in_both_languages()
    {
        await metrics.Deliver(Given.Sale("app", 1, 100), occurredAt: Given.Noon(new(2026, 5, 1)));
        using var admin = metrics.As("admin");

        var english = await admin.GetStringAsync(new Uri("/v1/reports/monthly?month=2026-05", UriKind.Relative));
        admin.DefaultRequestHeaders.Add("Accept-Language", "zh-CN");
        var chinese = await admin.GetStringAsync(new Uri("/v1/reports/monthly?month=2026-05", UriKind.Relative));

        Assert.Contains("<svg", english, StringComparison.Ordinal);
        Assert.Contains("Jingdezhen tourism, monthly report", english, StringComparison.Ordinal);
        Assert.Contains("景德镇旅游月报", chinese, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", english, StringComparison.Ordinal);
    }
}
