using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Imports;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Bookings.Tests.Imports;

public sealed class ImportCatalogueTests(BookingsFixture bookings) : IClassFixture<BookingsFixture>
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "catalogue");

    [Fact]
    public async Task The_real_catalogue_loads_twice_and_the_second_time_changes_nothing()
    {
        var first = await Import(Files());
        var second = await Import(Files());

        Assert.True(first.IsSuccessStatusCode, await first.Content.ReadAsStringAsync());
        var report = (await first.Content.ReadFromJsonAsync<ImportCatalogueResponse>())!;
        Assert.True(report is { Products: > 20, Slots: > 1000, Assumed: > 20 }, report.ToString());
        Assert.Equal(0, (await second.Content.ReadFromJsonAsync<ImportCatalogueResponse>())!.Slots);
        var fares = await bookings.Anonymous().GetFromJsonAsync<List<ProductResponse>>(
            new Uri("/v1/products?text=古窑 门票&language=en", UriKind.Relative));
        var admission = Assert.Single(fares!);
        Assert.Contains(admission.Options.Single().Units, unit => unit is { Type: "ADULT", PriceFen: 9500 });
        Assert.Contains("standard.CHILD.priceFen", admission.Assumed);
        Assert.DoesNotContain("standard.ADULT.priceFen", admission.Assumed);
    }

    [Fact]
    public async Task What_is_loaded_can_be_searched_by_day_county_theme_and_kind()
    {
        await Import(Files());
        var day = BusinessTime.DayOf(bookings.Clock.GetUtcNow()).AddDays(5);

        var shows = await Find($"kind=show&date={day:yyyy-MM-dd}");
        var fuliang = await Find("county=Fuliang");

        Assert.Contains(shows, product => product.Code == "millennial-kiln-fire");
        Assert.NotEmpty(fuliang);
        Assert.All(fuliang, product => Assert.Equal("Fuliang", product.County));
        var show = shows.Single(product => product.Code == "millennial-kiln-fire");
        var slots = await bookings.Anonymous().GetFromJsonAsync<List<AvailabilityResponse>>(
            new Uri($"/v1/availability?productId={show.Id}&from={day:yyyy-MM-dd}&to={day:yyyy-MM-dd}",
                UriKind.Relative));
        Assert.Contains(slots!, slot => slot is { Capacity: 3200, Status: "AVAILABLE" });
        Assert.All(slots!, slot => Assert.Equal(11, slot.StartsAt.Hour)); // 19:30 in Asia/Shanghai
    }

    [Fact]
    public async Task Bad_rows_are_reported_with_file_row_and_reason_and_nothing_changes()
    {
        var files = Files();
        files["products"]![1]!["venue"] = "atlantis";
        files["products"]![2]!["options"]![0]!["units"]![0]!["priceFen"] = -1;
        files["assumptions"]![0]!["unit"] = "DRAGON";
        files["places"]![4]!["opening"]!["mon"] = new JsonArray("nine-ish");

        var answer = await Import(files);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var rows = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["rows"]!.AsArray()
            .Select(row => $"{row!["file"]} {row["row"]}: {row["reason"]}").ToList();
        Assert.Contains(rows, row => row.StartsWith("products.json 2: venue atlantis", StringComparison.Ordinal));
        Assert.Contains(
            rows, row => row.StartsWith("products.json 3: option standard ADULT: priceFen", StringComparison.Ordinal));
        Assert.Contains(
            rows, row => row.StartsWith("assumed.json 1: The option has no unit DRAGON", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.StartsWith("places.json 5: opening.mon", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fare_that_neither_a_source_nor_an_assumption_gives_is_reported()
    {
        var files = Files();
        files["assumptions"] = new JsonArray();

        var answer = await Import(files);

        Assert.Contains("no fare for CHILD, and none is assumed", await answer.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tourist_cannot_load_a_catalogue()
    {
        var answer = await bookings.As("tourist")
            .PostAsJsonAsync(new Uri("/v1/products/import", UriKind.Relative), Files());

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private async Task<List<ProductResponse>> Find(string query) =>
        (await bookings.Anonymous()
            .GetFromJsonAsync<List<ProductResponse>>(new Uri($"/v1/products?{query}", UriKind.Relative)))!;

    private async Task<HttpResponseMessage> Import(JsonObject files)
    {
        using var content = new StringContent(files.ToJsonString(), Encoding.UTF8, "application/json");
        return await bookings.As("admin").PostAsync(new Uri("/v1/products/import", UriKind.Relative), content);
    }

    internal static JsonObject Files() => new()
    {
        ["places"] = Read("places"), ["suppliers"] = Read("suppliers"), ["products"] = Read("products"),
        ["assumptions"] = Read("assumed"),
    };

    private static JsonNode Read(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, name + ".json")))!;
}
