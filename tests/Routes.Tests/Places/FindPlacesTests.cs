using System.Net;
using System.Text.Json;
using Jingdezhen.Tourism.Routes.Places;
using NetTopologySuite.Features;
using NetTopologySuite.Geometries;

namespace Jingdezhen.Tourism.Routes.Tests.Places;

public sealed class FindPlacesTests(RoutesFixture routes) : IClassFixture<RoutesFixture>
{
    [Theory]
    [InlineData("御窑", "imperial-kiln-museum")]
    [InlineData("窑", "xujia-kiln")]
    [InlineData("陶溪川美术馆", "taoxichuan-art-museum")]
    [InlineData("imperial kiln", "imperial-kiln-site")]
    [InlineData("Porcel", "porcelain-palace")]
    [InlineData("浮梁 tea", "fuliang-tribute-tea")]
    public async Task Places_are_found_by_Chinese_and_English_words(string text, string expected)
    {
        var found = await Find($"text={Uri.EscapeDataString(text)}&limit=100");

        Assert.Contains(found.Places, place => place.Facts.Id == expected);
    }

    [Fact]
    public async Task Every_word_must_be_found_and_a_name_counts_more_than_a_label()
    {
        var found = await Find($"text={Uri.EscapeDataString("瑶里")}");

        Assert.Equal("yaoli", found.Places[0].Facts.Id);
        Assert.Empty((await Find($"text={Uri.EscapeDataString("瑶里 airport")}")).Places);
    }

    [Theory]
    [InlineData("2027-04-12T10:00:00%2B08:00", false)] // an ordinary Monday
    [InlineData("2027-05-03T10:00:00%2B08:00", true)] // a Monday of the Labour Day holiday
    [InlineData("2027-04-13T21:45:00%2B08:00", false)] // after last admission
    [InlineData("2027-04-13T21:15:00%2B08:00", true)]
    public async Task Open_at_a_time_heeds_weekday_holiday_and_last_admission(string time, bool open)
    {
        var found = await Find($"text={Uri.EscapeDataString("御窑博物馆")}&openAt={time}");

        Assert.Equal(open, found.Places.Any(place => place.Facts.Id == "imperial-kiln-museum"));
    }

    [Fact]
    public async Task Near_a_point_the_nearest_comes_first_and_none_is_beyond_the_limit()
    {
        var found = await Find("near=29.2996,117.2317&within=800&limit=100");

        Assert.Equal("taoxichuan", found.Places[0].Facts.Id);
        Assert.Equal(found.Places.Select(place => place.DistanceMeters).Order(),
            found.Places.Select(place => place.DistanceMeters));
        Assert.All(found.Places, place => Assert.InRange(place.DistanceMeters!.Value, 0, 800));
    }

    [Theory, InlineData(""), InlineData("&near=29.3,117.2"), InlineData("&theme=ceramic-heritage")]
    public async Task Pages_hold_every_place_once(string condition)
    {
        var (seen, after) = (new List<string>(), (string?)null);
        do
        {
            var page = await Find($"limit=7{condition}{(after is null ? "" : $"&after={after}")}");
            seen.AddRange(page.Places.Select(place => place.Facts.Id));
            after = page.Next;
            if (after is null) Assert.Equal(page.Total, seen.Count);
        }
        while (after is not null && seen.Count < 200);

        Assert.Equal(seen.Distinct().Count(), seen.Count);
    }

    [Theory, InlineData("near=91,0", "near"), InlineData("near=abc", "near"), InlineData("within=5", "within"),
        InlineData("after=***", "after")]
    public async Task A_wrong_condition_is_named(string query, string field)
    {
        using var anyone = routes.Anonymous();

        var problem = await (await anyone.GetAsync(new Uri($"/v1/places?{query}", UriKind.Relative)))
            .Problem(HttpStatusCode.BadRequest);

        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task GeoJson_is_read_by_NetTopologySuite_with_the_same_places()
    {
        using var anyone = routes.Anonymous();

        var answer = await anyone.GetAsync(new Uri("/v1/places.geojson?district=Leping", UriKind.Relative));
        var features = JsonSerializer.Deserialize<FeatureCollection>(
            await answer.Content.ReadAsStringAsync(), GeoJsonResult.Json)!;

        Assert.Equal("application/geo+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(7, features.Count);
        var museum = features.Single(feature => (string)feature.Attributes["id"] == "leping-museum");
        Assert.InRange(((Point)museum.Geometry).X, 117, 117.4);
    }

    [Fact]
    public async Task An_unknown_place_is_not_found()
    {
        using var anyone = routes.Anonymous();

        Assert.Equal(HttpStatusCode.NotFound, (await anyone.GetAsync(new Uri("/v1/places/atlantis", UriKind.Relative)))
            .StatusCode);
    }

    private async Task<PlacePageResponse> Find(string query)
    {
        using var anyone = routes.Anonymous();
        return await (await anyone.GetAsync(new Uri($"/v1/places?{query}", UriKind.Relative))).As<PlacePageResponse>();
    }
}
