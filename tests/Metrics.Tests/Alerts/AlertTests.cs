using System.Net;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Contracts.Metrics.V1;
using Jingdezhen.Tourism.Metrics.Alerts;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Metrics.Tests.Alerts;

public sealed class AlertTests(ServiceFixture<MetricsDb> metrics) : IClassFixture<ServiceFixture<MetricsDb>>
{
    [Fact]
    public void A_figure_that_trembles_around_the_threshold_rings_once()
    {
        var alert = new Alert
        {
            Id = Guid.CreateVersion7(), IndicatorId = "complaint-rate", Days = 7, IsAbove = true, Threshold = 5,
            ClearAt = 4,
            FewestCases = 10,
        };
        var now = Given.Noon(new(2026, 5, 1));
        double?[] seen = [4.9, 5.1, 4.9, 5.2, 4.1, null, 3.9, 4.9, 5.0, 5.1];

        var rang = seen.Select(value => alert.Look(value, n: 20, now)).ToList();

        Assert.Equal([false, true, false, false, false, false, true, false, false, true], rang);
        Assert.False(alert.Look(0, n: 9, now));
    }

    [Fact]
    public async Task An_alert_is_published_once_when_its_figure_goes_beyond()
    {
        using var admin = metrics.As("admin");
        admin.DefaultRequestHeaders.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        var set = await admin.PostAsJsonAsync(
            new Uri("/v1/indicator-alerts", UriKind.Relative), new SetAlertRequest("bookings", 1, "above", 2, 1, 1));
        var alert = await set.Content.ReadFromJsonAsync<AlertResponse>();

        for (var sale = 0; sale < 3; sale++) await metrics.Deliver(Given.Sale("app", 1, 100),
            occurredAt: metrics.Clock.GetUtcNow());

        var rang = await metrics.Published<IndicatorAlert>(one => one.AlertId == alert!.Id);
        Assert.Equal(("raised", 3.0), (rang.State, rang.Value));
        Assert.True((await admin.GetFromJsonAsync<List<AlertResponse>>(
            new Uri("/v1/indicator-alerts", UriKind.Relative)))!.Single().IsRaised);
    }

    [Fact]
    public async Task A_threshold_that_would_never_clear_is_refused()
    {
        using var admin = metrics.As("admin");
        admin.DefaultRequestHeaders.Add("Idempotency-Key", Guid.CreateVersion7().ToString());

        var answer = await admin.PostAsJsonAsync(
            new Uri("/v1/indicator-alerts", UriKind.Relative), new SetAlertRequest("bookings", 1, "above", 2, 3, 1));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }
}
