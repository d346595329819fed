using System.Text.Json;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Homestays.Tests.Search;

public sealed class FindHomestaysTests(HomestaysFixture homestays) : IClassFixture<HomestaysFixture>
{
    private DateOnly Day(int fromNow) => homestays.Today.AddDays(fromNow);

    private string Url(int from, int to, string more = "") =>
        $"/v1/homestays?arrival={Day(from):O}&departure={Day(to):O}{more}";

    private async Task<List<JsonElement>> Find(string url) =>
        [.. (await homestays.Anonymous().GetAsync(url).Body()).GetProperty("items").EnumerateArray()];

    private static Guid Id(JsonElement found) => found.GetProperty("id").GetGuid();

    /// <summary>Waits until the search has learned of a new house.</summary>
    private Task<List<JsonElement>> Known(string url, params House[] houses) => Eventually.Holds(
        () => Find(url), found => houses.All(house => found.Exists(item => Id(item) == house.Listing.Id)));

    [Fact]
    public async Task A_result_says_what_the_stay_costs_night_by_night_and_a_hold_then_costs_the_same()
    {
        var house = await homestays.Host(but: house => house with
        {
            Village = "Cangxi", Prices = new PricePlan(10_000, [100, 100, 100, 100, 130, 140, 100], null, 200,
                [new(3, 10)]),
        });

        var found = (await Known(Url(30, 37, "&village=Cangxi"), house))[0];
        var stay = await homestays.As("tourist").PostAsync("/v1/stays",
            new { roomId = house.Room.Id, arrival = Day(30), departure = Day(37), adults = 2 }).Body();

        Assert.Equal(stay.GetProperty("priceFen").GetInt64(), found.GetProperty("totalFen").GetInt64());
        Assert.Equal(stay.GetProperty("nights").GetRawText(), found.GetProperty("nights").GetRawText());
    }

    [Fact]
    public async Task What_is_held_blocked_or_suspended_is_not_found_from_the_moment_on()
    {
        var houses = await Task.WhenAll(Enumerable.Range(0, 4)
            .Select(_ => homestays.Host(but: house => house with { Village = "Hanxi" })));
        var url = Url(5, 7, "&village=Hanxi");
        await Known(url, houses);

        await homestays.As("tourist").PostAsync("/v1/stays",
            new { roomId = houses[0].Room.Id, arrival = Day(6), departure = Day(8), adults = 1 }).Id();
        Assert.DoesNotContain(await Find(url), found => Id(found) == houses[0].Listing.Id);
        await homestays.As("host", merchant: houses[1].Merchant).PostAsync(
            "/v1/host/blocks", new { roomId = houses[1].Room.Id, from = Day(4), to = Day(6) }).Id();
        Assert.DoesNotContain(await Find(url), found => Id(found) == houses[1].Listing.Id);
        await homestays.Deliver(new MerchantSuspended(houses[2].Merchant, "fraud", 1));
        Assert.Equal([houses[3].Listing.Id], (await Find(url)).Select(Id));
        Assert.Equal("409 not-for-sale", await homestays.As("tourist").PostAsync("/v1/stays",
            new { roomId = houses[2].Room.Id, arrival = Day(5), departure = Day(6), adults = 1 }).Code());

        await homestays.Deliver(new MerchantReinstated(houses[2].Merchant, 2));
        await homestays.Deliver(new MerchantSuspended(houses[2].Merchant, "an old copy", 1));
        await Known(url, houses[2], houses[3]);
    }

    [Fact]
    public async Task A_new_price_is_in_the_next_answer()
    {
        var house = await homestays.Host(but: house => house with { Village = "Jinkeng" });
        var url = Url(5, 6, "&village=Jinkeng");
        await Known(url, house);

        await homestays.As("host", merchant: house.Merchant).PutAsync("/v1/host/calendar",
            new { roomIds = new[] { house.Room.Id }, from = Day(5), to = Day(5), priceFen = 12_345 });

        Assert.Equal(12_345, (await Find(url))[0].GetProperty("totalFen").GetInt64());
    }

    [Fact]
    public async Task Results_are_sorted_paged_without_overlap_and_filtered()
    {
        var houses = await Task.WhenAll(Enumerable.Range(0, 7)
            .Select(i => homestays.Host(rooms: 2, but: house => house with
        {
            Village = "Yantai", District = "Fuliang", Prices = new(20_000 - (1_000 * (i / 2))), Latitude = 29.77
                + (0.01 * i), Longitude = 117.39,
            Amenities = i % 2 == 0 ? ["wifi", "kiln"] : ["wifi"], MaxAdults = 2 + i,
        })));
        await Known(Url(5, 6, "&village=Yantai"), houses);

        async Task<List<Guid>> Pages(string more)
        {
            var (ids, after) = (new List<Guid>(), "");
            do
            {
                var page = await homestays.Anonymous().GetAsync(Url(5, 6, $"&village=Yantai&limit=2{more}{after}"))
                    .Body();
                ids.AddRange(page.GetProperty("items").EnumerateArray().Select(Id));
                after = page.GetProperty("next").GetString() is { } next ? $"&after={next}" : "";
            }
            while (after.Length > 0);
            return ids;
        }

        var byPrice = await Pages("");
        Assert.Equal(7, byPrice.Distinct().Count());
        Assert.Equal(7, byPrice.Count);
        Assert.Equal(houses[6].Listing.Id, byPrice[0]);
        Assert.Equal(houses.Select(house => house.Listing.Id), await Pages("&sort=distance&near=29.76,117.39"));
        Assert.Equal(houses[6].Listing.Id, (await Pages("&sort=distance&near=29.84,117.39&near=10,10"))[0]);
        Assert.Equal([houses[0].Listing.Id, houses[1].Listing.Id],
            await Pages("&sort=distance&place=yantai-village&within=1500"));
        Assert.Equal(4, (await Pages("&amenities=kiln,wifi")).Count);
        Assert.Equal(2, (await Pages("&adults=7")).Count);
        Assert.Equal(3, (await Pages("&priceTo=18000")).Count);
        Assert.Empty(await Pages("&district=Leping"));
    }

    [Fact]
    public async Task The_same_answer_comes_as_GeoJSON()
    {
        var house = await homestays.Host(but: house => house with { Village = "Jiangcun" });
        await Known(Url(5, 6, "&village=Jiangcun"), house);

        var answer = await homestays.Anonymous().GetAsync(Url(5, 6, "&village=Jiangcun&format=geojson"));
        var map = await answer.Body();

        Assert.Equal("application/geo+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("FeatureCollection", map.GetProperty("type").GetString());
        Assert.Equal("[117.2576,29.2587]", map.GetProperty("features")[0].GetProperty("geometry")
            .GetProperty("coordinates").GetRawText());
    }

    [Theory]
    [InlineData("arrival=x&departure=2027-01-02", "arrival")]
    [InlineData("arrival=2020-01-01&departure=2020-01-02", "arrival")]
    [InlineData("", "arrival")]
    [InlineData("D&adults=0", "adults")]
    [InlineData("D&adults=two", "adults")]
    [InlineData("D&children=-1", "children")]
    [InlineData("D&limit=1000", "limit")]
    [InlineData("D&sort=beauty", "sort")]
    [InlineData("D&sort=distance", "sort")]
    [InlineData("D&near=1", "near")]
    [InlineData("D&near=NaN,1", "near")]
    [InlineData("D&near=91,1", "near")]
    [InlineData("D&place=atlantis", "place")]
    [InlineData("D&district=Paris", "district")]
    [InlineData("D&amenities=helipad", "amenities")]
    [InlineData("D&after=AAAA", "after")]
    [InlineData("D&residentRun=maybe", "residentRun")]
    [InlineData("D&priceTo=cheap", "priceTo")]
    [InlineData("D&format=xml", "format")]
    public async Task A_question_that_cannot_be_read_is_a_400_that_names_the_field(string query, string field)
    {
        var answer = await homestays.Anonymous().GetAsync(
            "/v1/homestays?" + query.Replace("D", $"arrival={Day(5):O}&departure={Day(6):O}",
                StringComparison.Ordinal));

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.True((await answer.Body()).GetProperty("errors").TryGetProperty(field, out _),
            await answer.Content.ReadAsStringAsync());
    }
}
