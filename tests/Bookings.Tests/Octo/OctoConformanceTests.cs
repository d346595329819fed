using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Jingdezhen.Tourism.Bookings.Products;

namespace Jingdezhen.Tourism.Bookings.Tests.Octo;

/// <summary>Every answer of <c>/octo</c> against the published schemas, and the decided points one by one.</summary>
public sealed class OctoConformanceTests(BookingsFixture bookings) : IClassFixture<BookingsFixture>
{
    private static readonly OctoSchemas Schemas = OctoSchemas.Read();

    [Theory]
    [InlineData("")]
    [InlineData("Pricing")]
    [InlineData("Content")]
    [InlineData("Pricing,Content")]
    public async Task Every_answer_has_the_standards_members_and_no_others(string capabilities)
    {
        var offer = await bookings.Sell(Given.Offer());
        var pass = await bookings.Sell(Given.Offer(pricedPer: PricedPer.Booking));
        var asked = capabilities.Split(',', StringSplitOptions.RemoveEmptyEntries);
        using var reseller = Reseller(asked);

        foreach (var sold in new[] { offer, pass })
        {
            var day = new { productId = sold.Product.Id, optionId = sold.Option.Id, localDateStart = Day(sold),
                localDateEnd = Day(sold) };
            var units = new[] { new { id = sold.Adult.Id, quantity = 2 } };
            await Conforms("Availability[]", Post(reseller, "/octo/availability", day), asked);
            await Conforms("Availability[]", Post(reseller, "/octo/availability", new
            {
                day.productId, day.optionId, availabilityIds = new[] { sold.Slot.Id }, units,
            }), asked);
            await Conforms("AvailabilityCalendar[]", Post(reseller, "/octo/availability/calendar", day), asked);
            await Conforms("Product", Get(reseller, $"/octo/products/{sold.Product.Id}"), asked);

            var held = await Conforms("Booking", Post(reseller, "/octo/bookings", Reservation(sold)), asked);
            var path = $"/octo/bookings/{held["uuid"]}";
            await Conforms("Booking", Post(reseller, path + "/extend", new { expirationMinutes = 20 }), asked);
            await Conforms(
                "Booking", Post(reseller, path + "/confirm", new { contact = new { fullName = "Ada" } }), asked);
            await Conforms("Booking", Get(reseller, path), asked);
            await Conforms(
                "Booking", reseller.PatchAsJsonAsync(new Uri(path, UriKind.Relative), new { notes = "late" }), asked);
            await Conforms("Booking[]", Get(reseller, $"/octo/bookings?productId={sold.Product.Id}"), asked);
            await Conforms("Booking", Post(reseller, path + "/cancel", new { reason = "rain" }), asked);
        }

        await Conforms("Product[]", Get(reseller, "/octo/products"), asked);
        await Conforms("Supplier", Get(reseller, "/octo/supplier"), asked);
        await Conforms("Capability[]", Get(reseller, "/octo/capabilities"), asked);
    }

    [Theory]
    [InlineData("""{"id":"x"}""", "is missing")]
    [InlineData("""{"website":null,"email":"nobody","telephone":null,"address":null}""", "not string:email")]
    [InlineData(
        """{"website":null,"email":null,"telephone":null,"address":null,"fax":"1"}""", "is not in the standard")]
    public void The_walk_through_the_schemas_notices_what_is_wrong(string answer, string difference) =>
        Assert.Contains(
            Schemas.Differences(JsonNode.Parse(answer), "SupplierContact"),
            said => said.Contains(difference, StringComparison.Ordinal));

    [Theory]
    [InlineData("/octo/products/", "/octo/products")]
    [InlineData("/octo/capabilities/", "/octo/capabilities")]
    [InlineData("/octo/supplier/", "/octo/supplier")]
    public async Task A_path_with_a_slash_at_its_end_is_the_same_path(string with, string without)
    {
        using var reseller = Reseller([]);

        Assert.Equal(await (await Get(reseller, without)).Content.ReadAsStringAsync(),
            await (await Get(reseller, with)).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Success_is_200_for_a_reservation_too_and_an_id_that_is_no_uuid_has_its_code()
    {
        var offer = await bookings.Sell(Given.Offer());
        using var reseller = Reseller([]);

        var reserved = await Post(reseller, "/octo/bookings", Reservation(offer));
        var strange = await Get(reseller, "/octo/bookings/not-a-uuid");
        var body = JsonNode.Parse(await strange.Content.ReadAsStringAsync())!;

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest), (reserved.StatusCode, strange.StatusCode));
        Assert.Equal(("INVALID_BOOKING_UUID", "not-a-uuid"), (body["error"]!.ToString(), body["uuid"]!.ToString()));
    }

    [Fact]
    public async Task Restrictions_are_numbers_and_start_times_fit_the_kind_of_availability()
    {
        var offer = await bookings.Sell(Given.Offer());
        using var reseller = Reseller([]);

        var product = JsonNode.Parse(
            await (await Get(reseller, $"/octo/products/{offer.Product.Id}")).Content.ReadAsStringAsync())!;
        var option = product["options"]![0]!;
        var child = option["units"]!.AsArray().Single(unit => unit!["id"]!.ToString() == offer.Child.Id.ToString())!;

        Assert.Equal((1, 20), ((int)option["restrictions"]!["minUnits"]!, (int)option["restrictions"]!["maxUnits"]!));
        Assert.Equal((0, 120, 1), (
            (int)child["restrictions"]!["minAge"]!, (int)child["restrictions"]!["maxAge"]!,
            (int)child["restrictions"]!["paxCount"]!));
        Assert.False((bool)child["restrictions"]!["idRequired"]!);
        Assert.Equal("ADULT", child["restrictions"]!["accompaniedBy"]![0]!.ToString());
        Assert.Equal(["TICKET"], product["deliveryMethods"]!.AsArray().Select(method => method!.ToString()));
    }

    private HttpClient Reseller(string[] asked)
    {
        var reseller = bookings.As("reseller", merchant: Guid.CreateVersion7());
        reseller.DefaultRequestHeaders.Add(
            "Octo-Capabilities", string.Join(", ", asked.Select(name => $"octo/{name.ToLowerInvariant()}")));
        return reseller;
    }

    private static object Reservation(Offer offer) => new
    {
        productId = offer.Product.Id, optionId = offer.Option.Id, availabilityId = offer.Slot.Id,
        unitItems = new[] { new { unitId = offer.Adult.Id } },
    };

    private static string Day(Offer offer) =>
        offer.Slot.LocalDate.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static Task<HttpResponseMessage> Post(HttpClient http, string path, object body) =>
        BookingsFixture.Post(http, path, body);

    private static Task<HttpResponseMessage> Get(HttpClient http, string path) =>
        http.GetAsync(new Uri(path, UriKind.Relative));

    private static async Task<JsonNode> Conforms(string type, Task<HttpResponseMessage> answer, string[] asked)
    {
        var response = await answer;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{(int)response.StatusCode} {text}");
        var node = JsonNode.Parse(text)!;
        Assert.Empty(Schemas.Differences(node, type, asked));
        return node;
    }
}
