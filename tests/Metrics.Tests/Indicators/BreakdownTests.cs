using System.Net;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Testing;
using MiniExcelLibs;

namespace Jingdezhen.Tourism.Metrics.Tests.Indicators;

public sealed class BreakdownTests(ServiceFixture<MetricsDb> metrics) : IClassFixture<ServiceFixture<MetricsDb>>
{
    [Fact]
    public async Task Sales_are_told_by_month_and_county()
    {
        var may = new DateOnly(2026, 5, 1);
        await metrics.Deliver(Given.Sale("app", 12, 100, county: "Fuliang"), occurredAt: Given.Noon(may));
        await metrics.Deliver(Given.Sale("app", 13, 100, county: "Leping"), occurredAt: Given.Noon(may.AddDays(30)));
        await metrics.Deliver(Given.Sale("app", 14, 100, county: "Fuliang"), occurredAt: Given.Noon(may.AddMonths(1)));

        var told = await metrics.Detail("visitors-booked", may, may.AddMonths(2), "&by=month,county");

        Assert.Equal(
            ["2026-05-01 Fuliang 12", "2026-05-01 Leping 13", "2026-06-01 Fuliang 14", "2026-06-01 Leping 0"],
            told.Parts.Select(part => $"{part.Start:yyyy-MM-dd} {part.Key} {part.Value}"));
    }

    [Fact]
    public async Task Weeks_begin_on_Monday_and_are_cut_to_the_period()
    {
        var wednesday = new DateOnly(2025, 4, 2);
        await metrics.Deliver(Given.Sale("app", 1, 100), occurredAt: Given.Noon(wednesday));
        await metrics.Deliver(Given.Sale("app", 1, 100), occurredAt: Given.Noon(wednesday.AddDays(5)));

        var told = await metrics.Detail("bookings", wednesday, wednesday.AddDays(14), "&by=week");

        Assert.Equal(
            ["2025-04-02 1", "2025-04-07 1", "2025-04-14 0"],
            told.Parts.Select(part => $"{part.Start:yyyy-MM-dd} {part.Value}"));
    }

    [Fact]
    public async Task No_cell_of_fewer_than_five_people_is_told_by_country_nor_can_it_be_had_by_subtraction()
    {
        var day = new DateOnly(2025, 7, 1);
        await metrics.Deliver(Given.Redeemed(visitors: 4, country: "FR"), occurredAt: Given.Noon(day));
        await metrics.Deliver(Given.Redeemed(visitors: 9, country: "JP"), occurredAt: Given.Noon(day));
        await metrics.Deliver(Given.Redeemed(visitors: 50, country: "CN"), occurredAt: Given.Noon(day));

        var told = await metrics.Detail("visits", day, day.AddMonths(1), "&by=country");

        Assert.Equal(["CN 50", "FR ", "JP "], told.Parts.Select(part => $"{part.Key} {part.Value}"));
    }

    [Fact]
    public async Task A_county_of_fewer_than_five_people_is_hidden_even_from_who_asks_for_its_neighbour_alone()
    {
        var day = new DateOnly(2025, 7, 2);
        await metrics.Deliver(Given.Redeemed(visitors: 3, county: "Leping"), occurredAt: Given.Noon(day));
        await metrics.Deliver(Given.Redeemed(visitors: 8, county: "Fuliang"), occurredAt: Given.Noon(day));
        await metrics.Deliver(Given.Redeemed(visitors: 50, county: "Zhushan"), occurredAt: Given.Noon(day));

        var all = await metrics.Detail("visits", day, day.AddDays(1), "&by=county");
        var neighbour = await metrics.Detail("visits", day, day.AddDays(1), "&by=county&key=Fuliang");
        var large = await metrics.Detail("visits", day, day.AddDays(1), "&by=county&key=Zhushan");

        Assert.Equal(["Fuliang ", "Leping ", "Zhushan 50"], all.Parts.Select(part => $"{part.Key} {part.Value}"));
        Assert.True(Assert.Single(neighbour.Parts).Suppressed);
        Assert.Equal(50, Assert.Single(large.Parts).Value);
    }

    [Fact]
    public async Task The_load_of_a_venue_is_its_visits_of_what_it_may_take_that_day_as_last_told()
    {
        var starts = Given.Noon(new(2025, 10, 3));
        foreach (var (hour, capacity) in ((int, int)[])[(2, 400), (1, 100)])
        {
            await metrics.Deliver(
                new Contracts.Bookings.V1.AvailabilityChanged(
                    Guid.CreateVersion7(), Given.Product, Guid.CreateVersion7(), Given.Merchant, "ancient-kiln-expo",
                    starts,
                    starts.AddHours(1), "AVAILABLE", 50, 50, 1, capacity),
                times: 2, occurredAt: starts.AddDays(-9).AddHours(hour));
        }

        await metrics.Deliver(Given.Redeemed(visitors: 100, venue: "ancient-kiln-expo", startsAt: starts),
            occurredAt: starts);
        await metrics.Deliver(Given.Redeemed(visitors: 7, venue: "taoxichuan", startsAt: starts), occurredAt: starts);

        var told = await metrics.Detail("carrying-load", new(2025, 10, 3), new(2025, 10, 4), "&by=day,venue");
        Assert.Equal(
            ["ancient-kiln-expo 0.25", "taoxichuan "], told.Parts.Select(part => $"{part.Key} {part.Value}"));
        Assert.Null(told.Indicator.Value);
    }

    [Fact]
    public async Task The_complaint_rate_of_a_category_is_of_all_visits()
    {
        var day = new DateOnly(2025, 11, 1);
        await metrics.Deliver(Given.Redeemed(visitors: 500), occurredAt: Given.Noon(day));
        await metrics.Deliver(Given.Filed() with { Category = "price" }, occurredAt: Given.Noon(day));
        await metrics.Deliver(Given.Filed() with { Category = "price" }, occurredAt: Given.Noon(day));
        await metrics.Deliver(Given.Filed() with { Category = "safety" }, occurredAt: Given.Noon(day));

        var byCategory = await metrics.Detail("complaint-rate", day, day.AddDays(1), "&by=category");
        var byMerchant = await metrics.Detail("complaint-rate", day, day.AddDays(1), "&by=merchant");

        Assert.Equal(["price 40", "safety 20"], byCategory.Parts.Select(part => $"{part.Key} {part.Value}"));
        Assert.Equal([60.0], byMerchant.Parts.Select(part => part.Value));
    }

    [Fact]
    public async Task The_top_routes_are_the_most_viewed_and_the_first_of_them_stands_first()
    {
        var day = new DateOnly(2025, 12, 1);
        Guid[] routes = [Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()];
        foreach (var (route, views) in ((int, int)[])[(0, 2), (1, 3), (2, 1)])
        {
            for (var view = 0; view < views; view++)
            {
                await metrics.Deliver(
                    new Contracts.Routes.V1.RouteViewed(routes[route], "search", null, null),
                        occurredAt: Given.Noon(day));
            }
        }

        var told = await metrics.Detail("top-routes", day, day.AddDays(1), "&by=route&top=2");

        Assert.Equal([$"{routes[1]} 3", $"{routes[0]} 2"], told.Parts.Select(part => $"{part.Key} {part.Value}"));
    }

    [Theory, InlineData("by=guest"), InlineData("by=day,month"), InlineData("by=country"), InlineData("format=pdf"),
        InlineData("by=channel&top=0")]
    public async Task What_cannot_be_told_apart_is_refused(string asked)
    {
        var answer = await metrics.As("admin").GetAsync(
            new Uri($"/v1/indicators/bookings?from=2026-05-01&to=2026-05-02&{asked}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_spreadsheet_gets_the_same_rows_and_no_formula()
    {
        var day = new DateOnly(2025, 8, 1);
        await metrics.Deliver(Given.Sale("app", 1, 100, source: "=HYPERLINK(\"x\")"), occurredAt: Given.Noon(day));
        var url = "/v1/indicators/bookings?from=2025-08-01&to=2025-08-02&by=source&format=";

        var csv = await metrics.As("admin").GetStringAsync(new Uri(url + "csv", UriKind.Relative));
        using var workbook = await metrics.As("admin").GetStreamAsync(new Uri(url + "xlsx", UriKind.Relative));
        using var copy = new MemoryStream();
        await workbook.CopyToAsync(copy);
        var rows = copy.Query(useHeaderRow: true).Cast<IDictionary<string, object>>().ToList();

        Assert.Contains("\"'=HYPERLINK(\"\"x\"\")\",1,1,,1", csv, StringComparison.Ordinal);
        Assert.Equal(["", "=HYPERLINK(\"x\")"], rows.Select(row => row["key"]?.ToString() ?? ""));
        Assert.Equal([1.0, 1.0], rows.Select(row => Convert.ToDouble(row["value"], null)));
    }

    [Fact]
    public async Task The_list_of_indicators_comes_as_a_spreadsheet_with_the_figures_that_it_tells()
    {
        var day = new DateOnly(2015, 8, 1);
        await metrics.Deliver(Given.Sale("app", 3, 500), occurredAt: Given.Noon(day));
        await metrics.Deliver(Given.Sale("counter", 1, 250), occurredAt: Given.Noon(day));
        var url = "/v1/indicators?from=2015-08-01&to=2015-08-02&format=";

        var told = (await metrics.As("admin").GetFromJsonAsync<List<IndicatorResponse>>(
            new Uri(url + "json", UriKind.Relative)))!;
        var csv = (await metrics.As("admin").GetStringAsync(new Uri(url + "csv", UriKind.Relative)))
            .TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        using var workbook = await metrics.As("admin").GetStreamAsync(new Uri(url + "xlsx", UriKind.Relative));
        using var copy = new MemoryStream();
        await workbook.CopyToAsync(copy);
        var rows = copy.Query(useHeaderRow: true).Cast<IDictionary<string, object>>().ToList();

        Assert.Equal(IndicatorCatalogue.All.Select(indicator => indicator.Id), told.Select(one => one.Id));
        Assert.StartsWith("indicator,start,key,value,numerator,denominator,n,", csv[0], StringComparison.Ordinal);
        Assert.Equal(
            told.Select(one => $"{one.Id},2015-08-01,,{one.Value},{one.Numerator},{one.Denominator},{one.N}"),
            csv.Skip(1).Select(line => string.Join(',', line.Split(',').Take(7))));
        Assert.Equal(
            told.Select(one => (one.Id, one.Value, (double?)one.N)),
            rows.Select(row => ((string)row["indicator"], NumberOf(row["value"]), NumberOf(row["n"]))));
        Assert.Contains("online-share-bookings,2015-08-01,,0.5,1,2,2", csv[4], StringComparison.Ordinal);

        static double? NumberOf(object? cell) => cell is null or "" ? null : Convert.ToDouble(cell, null);
    }

    [Fact]
    public async Task A_merchant_sees_its_own_products_and_no_others()
    {
        var (mine, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var product = Guid.CreateVersion7();
        var day = new DateOnly(2025, 9, 1);
        await metrics.Deliver(Given.Sale("app", 2, 700, merchant: mine, product: product), occurredAt: Given.Noon(day));
        await metrics.Deliver(Given.Sale("app", 5, 900, merchant: other), occurredAt: Given.Noon(day));

        var figures = await metrics.As("merchant", merchant: mine).GetFromJsonAsync<List<ProductFiguresResponse>>(
            new Uri("/v1/merchant-figures?from=2025-09-01&to=2025-09-02", UriKind.Relative));
        var stranger = await metrics.As("tourist").GetAsync(
            new Uri("/v1/merchant-figures?from=2025-09-01&to=2025-09-02", UriKind.Relative));

        var figure = Assert.Single(figures!);
        Assert.Equal((product.ToString(), 1, 2, 700),
            (figure.ProductId, figure.Bookings, figure.Visitors, figure.RevenueFen));
        Assert.Equal(HttpStatusCode.Forbidden, stranger.StatusCode);
    }

    [Fact]
    public async Task Occupancy_is_told_by_venue_and_hour_from_the_latest_capacity()
    {
        var starts = Given.Noon(new(2025, 10, 1));
        var slot = Guid.CreateVersion7();
        foreach (var (version, capacity) in ((long, int)[])[(2, 40), (1, 10)])
        {
            await metrics.Deliver(new Contracts.Bookings.V1.AvailabilityChanged(
                slot, Given.Product, Guid.CreateVersion7(), Given.Merchant, "imperial-kiln-museum", starts,
                starts.AddHours(1),
                "AVAILABLE", capacity, capacity, version), times: 2);
        }

        await metrics.Deliver(Given.Redeemed(visitors: 10, availability: slot, startsAt: starts), occurredAt: starts);

        var told = await metrics.Detail("occupancy", new(2025, 10, 1), new(2025, 10, 2), "&by=venue-hour");
        Assert.Equal(["imperial-kiln-museum/12 0.25"], told.Parts.Select(part => $"{part.Key} {part.Value}"));
    }
}
