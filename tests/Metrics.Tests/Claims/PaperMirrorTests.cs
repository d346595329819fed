using System.Net.Http.Json;
using Jingdezhen.Tourism.Metrics.Claims;
using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Metrics.Tests.Claims;

public sealed class PaperMirrorTests(ServiceFixture<MetricsDb> metrics) : IClassFixture<ServiceFixture<MetricsDb>>
{
    [Fact]
    public async Task Every_claim_of_the_paper_is_mirrored_and_every_live_one_is_measured()
    {
        var rows = (await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Claims", "paper.md")))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)
                && !line.StartsWith("| id", StringComparison.Ordinal))
            .Select(line => line.Split('|'))
                .Select(cells => (Id: cells[1].Trim(), Sentence: cells[3].Trim(), Kind: cells[4].Trim())).ToList();

        var claims = await metrics.As("admin")
            .GetFromJsonAsync<List<ClaimResponse>>(new Uri("/v1/paper-claims", UriKind.Relative));

        Assert.Equal(35, rows.Count);
        Assert.Equal(rows.Select(row => (row.Id, row.Sentence)), claims!.Select(claim => (claim.Id, claim.Sentence)));
        Assert.All(claims!.Where(claim => claim.Kind.Contains("live", StringComparison.Ordinal)),
            claim => Assert.NotEmpty(claim.Figures));
        Assert.All(claims!.Where(claim => claim.Kind == "cited"), claim => Assert.Empty(claim.Figures));
        Assert.All(claims!.Where(claim => claim.Kind.Contains("odd", StringComparison.Ordinal)),
            claim => Assert.NotNull(claim.Arithmetic));
    }

    [Fact]
    public void Every_measure_of_a_claim_is_an_indicator_and_every_indicator_has_both_languages()
    {
        Assert.All(MeasuredClaims.ById.Values.SelectMany(measured => measured), measured =>
        {
            var indicator = IndicatorCatalogue.Find(measured.Indicator);
            Assert.NotNull(indicator);
            Assert.True(measured.Dimension.Length == 0 || indicator.By.Contains(measured.Dimension),
                $"{indicator.Id} by {measured.Dimension}");
        });
        Assert.All(IndicatorCatalogue.All, indicator => Assert.All(
            (string[])[indicator.Name.Zh, indicator.Name.En, indicator.Description.Zh, indicator.Description.En,
                indicator.Unit, indicator.Formula],
            Assert.NotEmpty));
        Assert.Equal(IndicatorCatalogue.All.Count, IndicatorCatalogue.All.Select(indicator => indicator.Id).Distinct()
            .Count());
    }

    [Fact]
    public void What_the_paper_counts_over_a_year_is_compared_with_a_year_only()
    {
        var visits = MeasuredClaims.ById["kiln-visits"][0];
        Period[] periods = [new(new(2025, 1, 1), new(2026, 1, 1)), new(new(2025, 1, 1), new(2025, 2, 1))];

        var verdicts = periods.Select(period => Verdict.Of(
            visits.PaperValue, 250_000, 250_000, 1, odd: false, simulated: false, visits.Over!.Holds(period)));

        Assert.Equal(["differs", "not-comparable"], verdicts);
    }

    [Theory]
    [InlineData(0.68, 0.69, 100, 1.0, false, false, "reproduced")]
    [InlineData(0.68, 0.70, 100, 1.0, false, false, "differs")]
    [InlineData(0.68, 0.68, 99, 1.0, false, false, "not-comparable")]
    [InlineData(0.68, 0.68, 100, 0.49, false, false, "not-comparable")]
    [InlineData(0.28, 0.28, 100, 1.0, true, false, "odd")]
    [InlineData(0.68, 0.68, 100, 1.0, false, true, "simulated")]
    [InlineData(-0.42, -0.42, 100, 1.0, false, false, "reproduced")]
    public void A_verdict_follows_the_rule(double paper, double live, long n, double coverage, bool odd,
        bool simulated, string verdict) =>
        Assert.Equal(verdict, Verdict.Of(paper, live, n, coverage, odd, simulated));
}
