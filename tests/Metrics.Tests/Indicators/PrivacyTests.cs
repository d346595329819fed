using System.Net;
using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Metrics.Tests.Indicators;

public sealed class PrivacyTests(ServiceFixture<MetricsDb> metrics) : IClassFixture<ServiceFixture<MetricsDb>>
{
    private static readonly DateOnly January = new(2025, 1, 1);

    [Fact]
    public void A_rate_that_tells_of_one_person_among_six_is_hidden_and_so_is_a_neighbour()
    {
        var hidden = Hide([("a", Rate(1, 6)), ("b", Rate(10, 40)), ("c", Rate(20, 60))]);

        Assert.Equal(["a", "b"], hidden);
    }

    [Fact]
    public void Two_cells_of_one_person_each_do_not_tell_that_they_are_two()
    {
        (string, Figure)[] cells = [("a", Count(1)), ("b", Count(1)), ("c", Count(9)), ("d", Count(50))];

        var hidden = Hide(cells);

        Assert.Equal(["a", "b", "c"], hidden);
    }

    [Fact]
    public void A_hidden_month_is_not_the_year_less_the_eleven_others()
    {
        var cells = Year();

        var hidden = Privacy.Hide(cells, acrossTime: true);

        Assert.All(cells.Keys.GroupBy(part => part.Key), line =>
        {
            var dark = line.Where(hidden.Contains).ToList();
            Assert.True(dark.Count != 1 && dark.Sum(part => cells[part].N) is 0 or >= 5);
        });
    }

    [Fact]
    public void With_time_left_out_of_account_subtraction_tells_the_hidden_month()
    {
        var cells = Year();

        var hidden = Privacy.Hide(cells, acrossTime: false);

        Assert.Equal(3, cells[Assert.Single(hidden, part => part.Key == "a")].N);
    }

    [Theory, InlineData(""), InlineData("&by=venue"), InlineData("&by=merchant"), InlineData("&by=month,hour")]
    public async Task One_young_visitor_among_six_is_told_neither_in_total_nor_by_anything(string by)
    {
        var day = new DateOnly(2016, 1, 10);
        await Visit(day, "18-35", 1);
        await Visit(day, "36-59", 5);

        var told = await metrics.Detail("youth-share", January.AddYears(-9), January.AddYears(-9).AddMonths(1), by);

        Assert.True(told.Indicator is { Suppressed: true, Value: null, Numerator: null, Denominator: null });
        Assert.All(told.Parts, part => Assert.True(part is { Suppressed: true, Value: null }));
    }

    [Fact]
    public async Task Periods_that_differ_by_a_day_tell_the_same_whole_months()
    {
        var may = new DateOnly(2015, 5, 1);
        await Visit(may.AddDays(3), "18-35", 20);
        await Visit(may.AddDays(3), "36-59", 30);
        await Visit(may.AddMonths(1), "18-35", 1);

        var month = await metrics.Indicator("youth-share", may, may.AddMonths(1));
        var dayMore = await metrics.Indicator("youth-share", may, may.AddMonths(1).AddDays(1));
        var both = await metrics.Indicator("youth-share", may, may.AddMonths(2));

        Assert.Equal((20, 50), (month.Numerator!.Value, month.Denominator!.Value));
        Assert.Equal((month.Period, month.Value), (dayMore.Period, dayMore.Value));
        Assert.True(both.Suppressed);
    }

    [Theory, InlineData("youth-share", "day"), InlineData("visits", "week,country")]
    public async Task What_people_are_is_not_told_by_days(string indicator, string by)
    {
        var answer = await metrics.As("admin").GetAsync(new Uri(
            $"/v1/indicators/{indicator}?from=2015-01-01&to=2016-01-01&by={by}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private Task<Guid> Visit(DateOnly day, string ageBand, int visitors) =>
        metrics.Deliver(Given.Redeemed(visitors, ageBand: ageBand), occurredAt: Given.Noon(day));

    private static IEnumerable<string> Hide((string Key, Figure Figure)[] cells) => Privacy.Hide(
        cells.ToDictionary(cell => new Part(January, cell.Key), cell => cell.Figure), acrossTime: true)
        .Select(part => part.Key).Order();

    /// <summary>Two counties over twelve months; in one month one of them has three visitors.</summary>
    private static Dictionary<Part, Figure> Year() => Enumerable.Range(0, 12)
        .SelectMany(month => new[] { "a", "b" }, (month, key) => new Part(January.AddMonths(month), key))
        .ToDictionary(part => part, part => Count(part is { Key: "a", Start.Month: 4 } ? 3 : 40));

    private static Figure Count(long people) => new(people, people, null, people, 1, IsRate: false);

    private static Figure Rate(long some, long all) => new((double)some / all, some, all, all, 1, IsRate: true);
}
