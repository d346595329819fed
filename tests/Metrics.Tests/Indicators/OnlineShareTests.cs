using System.Net;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Metrics.Tests.Indicators;

/// <summary>The worked cases 1 to 5 of the definitions, each on a day of its own, through real messages.</summary>
public sealed class OnlineShareTests(ServiceFixture<MetricsDb> metrics) : IClassFixture<ServiceFixture<MetricsDb>>
{
    [Fact]
    public async Task An_app_booking_of_two_and_a_counter_sale_of_one_make_half_two_thirds_and_two_thirds()
    {
        var day = new DateOnly(2026, 5, 1);

        await metrics.Deliver(Given.Sale("app", visitors: 2, fen: 19_000), occurredAt: Given.Noon(day));
        await metrics.Deliver(Given.Sale("counter", visitors: 1, fen: 9_500, "counter"), occurredAt: Given.Noon(day));

        Assert.Equal(((1, 2), (2, 3), (19_000, 28_500)), await OnlineShare(day));
    }

    [Fact]
    public async Task A_full_refund_the_next_day_takes_the_booking_out_of_the_day_before()
    {
        var day = new DateOnly(2026, 5, 3);
        var app = await AppAndCounter(day);

        await metrics.Deliver(app.Cancelled("FULL", 19_000), occurredAt: Given.Noon(day.AddDays(1)));

        Assert.Equal(((0, 1), (0, 1), (0, 9_500)), await OnlineShare(day));
        Assert.Equal(((0, 0), (0, 0), (0, 0)), await OnlineShare(day.AddDays(1)));
    }

    [Fact]
    public async Task A_cancellation_may_arrive_before_the_sale_it_cancels_and_both_three_times()
    {
        var day = new DateOnly(2026, 5, 5);
        var app = Given.Sale("app", visitors: 2, fen: 19_000);

        await metrics.Deliver(app.Cancelled("FULL", 19_000), times: 3, occurredAt: Given.Noon(day.AddDays(1)));
        await metrics.Deliver(app, times: 3, occurredAt: Given.Noon(day));
        await metrics.Deliver(Given.Sale("counter", visitors: 1, fen: 9_500), times: 3, occurredAt: Given.Noon(day));

        Assert.Equal(((0, 1), (0, 1), (0, 9_500)), await OnlineShare(day));
    }

    [Fact]
    public async Task A_partial_refund_takes_only_its_money()
    {
        var day = new DateOnly(2026, 5, 7);
        var app = await AppAndCounter(day);

        await metrics.Deliver(app.Cancelled("PARTIAL", 9_500), occurredAt: Given.Noon(day.AddDays(1)));

        Assert.Equal(((1, 2), (2, 3), (9_500, 19_000)), await OnlineShare(day));
    }

    [Fact]
    public async Task A_cancelled_adult_whose_share_was_refunded_is_taken_out_and_the_other_stays()
    {
        var day = new DateOnly(2026, 5, 9);
        var app = await AppAndCounter(day);

        await metrics.Deliver(app.UnitsCancelled(visitors: 1, "FULL", 9_500), times: 2,
            occurredAt: Given.Noon(day.AddDays(1)));

        Assert.Equal(((1, 2), (1, 2), (9_500, 19_000)), await OnlineShare(day));
    }

    [Fact]
    public async Task A_study_group_on_account_counts_as_one_booking_of_forty_people()
    {
        var day = new DateOnly(2026, 5, 11);

        await metrics.Deliver(
            Given.Sale("ota", visitors: 40, fen: 600_000, "on-account", kind: "study-tour"),
            occurredAt: Given.Noon(day));

        Assert.Equal(((1, 1), (40, 40), (600_000, 600_000)), await OnlineShare(day));
    }

    [Fact]
    public async Task A_hold_that_is_given_up_never_counted()
    {
        var day = new DateOnly(2026, 5, 13);
        var sale = Given.Sale("app", visitors: 2, fen: 19_000);

        await metrics.Deliver(sale.Cancelled("FULL", 0) with { ConfirmedAt = null }, occurredAt: Given.Noon(day));

        Assert.Equal(((0, 0), (0, 0), (0, 0)), await OnlineShare(day));
    }

    [Theory, InlineData("2026-05-15T23:59:59+08:00", 1), InlineData("2026-05-16T00:00:00+08:00", 0)]
    public async Task A_day_ends_at_midnight_in_Jingdezhen(string confirmed, int counted)
    {
        var day = new DateOnly(2026, 5, 15);
        var before = (await OnlineShare(day)).Bookings.Whole;

        await metrics.Deliver(
            Given.Sale("web", visitors: 1, fen: 1), occurredAt: DateTimeOffset.Parse(confirmed, null));

        Assert.Equal(counted, (await OnlineShare(day)).Bookings.Whole - before);
    }

    [Theory, InlineData("tourist"), InlineData("merchant"), InlineData("operator")]
    public async Task Nobody_but_an_admin_reads_the_platforms_figures(string role)
    {
        string[] asked =
        [
            "GET /v1/indicators?from=2026-05-01&to=2026-05-02",
            "GET /v1/indicators/visits?from=2026-05-01&to=2026-05-02",
            "GET /v1/paper-claims", "GET /v1/reports/monthly?month=2026-05", "GET /v1/live",
            "GET /v1/indicator-alerts", "POST /v1/indicator-alerts",
            $"DELETE /v1/indicator-alerts/{Given.Product}", "POST /v1/rebuilds", $"GET /v1/rebuilds/{Given.Product}",
            "GET /v1/imports", "POST /v1/imports/offline-counts", $"GET /v1/imports/{Given.Product}",
        ];
        using var client = metrics.As(role);

        foreach (var words in asked.Select(one => one.Split(' ')))
        {
            using var request = new HttpRequestMessage(new HttpMethod(words[0]), words[1]);
            Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(request)).StatusCode);
        }
    }

    [Theory, InlineData("from=2026-05-02&to=2026-05-02"), InlineData("from=2026-05-02"),
        InlineData("from=x&to=2026-05-02"),
     InlineData("from=0001-01-01&to=9999-12-31")]
    public async Task A_period_that_is_none_is_refused(string period)
    {
        var answer = await metrics.As("admin").GetAsync(new Uri($"/v1/indicators?{period}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private async Task<Contracts.Bookings.V1.BookingConfirmed> AppAndCounter(DateOnly day)
    {
        var app = Given.Sale("app", visitors: 2, fen: 19_000);
        await metrics.Deliver(app, occurredAt: Given.Noon(day));
        await metrics.Deliver(Given.Sale("counter", visitors: 1, fen: 9_500), occurredAt: Given.Noon(day));
        return app;
    }

    private async Task<((long Part, long Whole) Bookings, (long, long) Visitors,
        (long, long) Revenue)> OnlineShare(DateOnly day)
    {
        var indicators = await metrics.As("admin").GetFromJsonAsync<List<IndicatorResponse>>(
            new Uri($"/v1/indicators?from={day:yyyy-MM-dd}&to={day.AddDays(1):yyyy-MM-dd}", UriKind.Relative));
        return (Parts("bookings"), Parts("visitors"), Parts("revenue"));

        (long, long) Parts(string by)
        {
            var share = indicators!.Single(indicator => indicator.Id == $"online-share-{by}");
            return (share.Numerator!.Value, share.Denominator!.Value);
        }
    }
}
