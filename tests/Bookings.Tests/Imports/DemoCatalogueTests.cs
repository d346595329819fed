using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Products;

namespace Jingdezhen.Tourism.Bookings.Tests.Imports;

/// <summary>The seeded catalogue as a tourist's app and a reseller find it.</summary>
public sealed class DemoCatalogueTests(DemoCatalogueTests.Demo bookings) : IClassFixture<DemoCatalogueTests.Demo>
{
    [Fact]
    public async Task A_reseller_finds_both_kinds_of_availability_open_slots_and_one_that_is_sold_out()
    {
        using var reseller = bookings.As("reseller", merchant: Guid.CreateVersion7());
        var today = BusinessTime.DayOf(bookings.Clock.GetUtcNow());
        var products = await reseller.GetFromJsonAsync<JsonArray>(new Uri("/octo/products", UriKind.Relative));
        var (open, soldOut) = (0, 0);

        foreach (var product in products!)
        {
            var answer = await BookingsFixture.Post(reseller, "/octo/availability", new
            {
                productId = $"{product!["id"]}", optionId = $"{product["options"]![0]!["id"]}",
                localDateStart = $"{today:yyyy-MM-dd}", localDateEnd = $"{today.AddDays(30):yyyy-MM-dd}",
            });
            var slots = (await answer.Content.ReadFromJsonAsync<JsonArray>())!;
            if (slots.Any(slot => (bool)slot!["available"]!)) open++;
            soldOut += slots.Count(slot => $"{slot!["status"]}" == "SOLD_OUT");
        }

        Assert.Equal(
            ["OPENING_HOURS", "START_TIME"],
            products.Select(product => $"{product!["availabilityType"]}").Distinct().Order(StringComparer.Ordinal));
        Assert.True(open > 10, $"{open} products have open slots");
        Assert.Equal(1, soldOut);
    }

    [Fact]
    public async Task Every_kind_of_product_that_the_city_is_known_for_is_on_sale()
    {
        var products = await bookings.Anonymous().GetFromJsonAsync<List<ProductResponse>>(
            new Uri("/v1/products?limit=100", UriKind.Relative));

        Assert.Superset(
            new HashSet<string> { "museum", "kiln", "show", "workshop", "study-tour", "tea-picking", "night-market" },
            products!.Select(product => product.Kind).ToHashSet());
        Assert.Contains(products!, product => product is { Kind: "study-tour", PricedPer: "BOOKING" });
        Assert.Contains(
            products!, product => product is { Kind: "museum", AvailabilityType: "START_TIME", RealName: true });
        Assert.Contains(products!, product => product.Code.StartsWith("tea-picking", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("text=kiln fire", true)]
    [InlineData("text=古窑", true)]
    [InlineData("text=nothing of the kind", false)]
    [InlineData("county=Changjiang", true)]
    [InlineData("county=Atlantis", false)]
    [InlineData("language=en&kind=museum", true)]
    [InlineData("language=tlh", false)]
    [InlineData("date=2020-01-01", false)]
    public async Task A_search_finds_what_fits_and_nothing_else(string query, bool found)
    {
        var products = await bookings.Anonymous().GetFromJsonAsync<List<ProductResponse>>(
            new Uri($"/v1/products?{query}", UriKind.Relative));

        Assert.Equal(found, products!.Count > 0);
    }

    [Theory]
    [InlineData("/v1/products?limit=0")]
    [InlineData("/v1/products?limit=101")]
    [InlineData("/v1/products?date=tomorrow")]
    [InlineData("/v1/availability")]
    [InlineData("/v1/availability?productId=x")]
    [InlineData("/v1/availability?productId=01900000-0000-7000-8000-000000000000&from=2026-05-02&to=2026-05-01")]
    [InlineData("/v1/availability?productId=01900000-0000-7000-8000-000000000000&from=2026-05-01&to=2027-05-01")]
    public async Task A_search_that_makes_no_sense_is_refused(string path)
    {
        var answer = await bookings.Anonymous().GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.StartsWith(
            "application/problem+json", $"{answer.Content.Headers.ContentType}", StringComparison.Ordinal);
    }

    public sealed class Demo : BookingsFixture
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string>(base.Settings) { ["Demo"] = "true" };

        protected override async Task PrepareAsync()
        {
            using var admin = As("admin");
            for (var time = 0; time < 2; time++)
            {
                using var files = new StringContent(
                    ImportCatalogueTests.Files().ToJsonString(), Encoding.UTF8, "application/json");
                var answer = await admin.PostAsync(new Uri("/v1/products/import", UriKind.Relative), files);
                Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            }
        }
    }
}
