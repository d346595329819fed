using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Bookings.Tests.Octo;

public sealed partial class OctoTests(BookingsFixture bookings) : IClassFixture<BookingsFixture>
{
    [Fact]
    public async Task A_reseller_reserves_confirms_and_holds_a_signed_ticket()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 10));
        using var reseller = Reseller();

        var held = await Ok(Reserve(reseller, offer, uuid: Guid.CreateVersion7()));
        var confirmed = await Ok(Confirm(reseller, held));

        Assert.Equal(("ON_HOLD", null, null), (Text(held, "status"), held["utcConfirmedAt"], held["cancellation"]));
        Assert.Matches(UtcStamp(), Text(held, "utcExpiresAt"));
        Assert.Matches(LocalStamp(), Text(held["availability"]!, "localDateTimeStart"));
        Assert.Equal(("CONFIRMED", null), (Text(confirmed, "status"), confirmed["utcExpiresAt"]));
        var delivery = confirmed["unitItems"]![0]!["ticket"]!["deliveryOptions"]![0]!;
        Assert.Equal("QRCODE", Text(delivery, "deliveryFormat"));
        Assert.StartsWith("JDZ1:", Text(delivery, "deliveryValue"), StringComparison.Ordinal);
        Assert.Null(confirmed["voucher"]);
        Assert.True(confirmed.AsObject().ContainsKey("voucher"));
        Assert.False(confirmed.AsObject().ContainsKey("pricing"));
        var told = await bookings.Published<BookingConfirmed>(
            message => message.BookingId == Guid.Parse(Text(held, "id")));
        Assert.Equal(("ota", "on-account"), (told.Channel, told.Authority));
    }

    [Fact]
    public async Task The_same_uuid_and_body_replays_and_takes_places_once()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 10));
        using var reseller = Reseller();
        var uuid = Guid.CreateVersion7();

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Ok(Reserve(reseller, offer, uuid))));
        var other = await Error(Reserve(reseller, offer, uuid, adults: 2));

        Assert.Single(answers.Select(answer => Text(answer, "id")).Distinct());
        Assert.Equal((1, 1), await bookings.Places(offer));
        Assert.Equal((400, "INVALID_BOOKING_UUID", uuid.ToString()),
            (other.Status, Text(other.Body, "error"), Text(other.Body, "uuid")));
    }

    [Fact]
    public async Task Confirm_and_cancel_twice_answer_the_same_and_a_terminal_state_stays()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 10));
        using var reseller = Reseller();
        var held = await Ok(Reserve(reseller, offer, Guid.CreateVersion7()));

        var first = await Ok(Confirm(reseller, held));
        var second = await Ok(Confirm(reseller, held));
        var cancelled = await Ok(
            Post(reseller, $"/octo/bookings/{Text(held, "uuid")}/cancel", new { reason = "rain" }));
        var again = await Ok(Post(reseller, $"/octo/bookings/{Text(held, "uuid")}/cancel", new { reason = "rain" }));
        var revived = await Error(Confirm(reseller, held));

        Assert.Equal(Text(first, "utcConfirmedAt"), Text(second, "utcConfirmedAt"));
        Assert.Equal(("CANCELLED", "FULL", "rain"),
            (Text(cancelled, "status"), Text(cancelled["cancellation"]!, "refund"),
            Text(cancelled["cancellation"]!, "reason")));
        Assert.Equal(cancelled.ToJsonString(), again.ToJsonString());
        Assert.Equal((400, "INVALID_BOOKING_UUID"), (revived.Status, Text(revived.Body, "error")));
        Assert.Equal((0, 0), await bookings.Places(offer));
    }

    [Fact]
    public async Task Cancelling_a_hold_gives_cancelled_and_an_expired_hold_cannot_be_confirmed()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 10));
        using var reseller = Reseller();
        var given = await Ok(Reserve(reseller, offer, Guid.CreateVersion7()));
        var late = await Ok(Reserve(reseller, offer, Guid.CreateVersion7()));

        var cancelled = await Ok(Post(reseller, $"/octo/bookings/{Text(given, "uuid")}/cancel", new { }));
        await bookings.RunOut(Guid.Parse(Text(late, "id")));
        var refused = await Error(Confirm(reseller, late));
        var shown = await Ok(reseller.GetAsync(new Uri($"/octo/bookings/{Text(late, "uuid")}/", UriKind.Relative)));

        Assert.Equal(("CANCELLED", null), (Text(cancelled, "status"), cancelled["utcExpiresAt"]));
        Assert.Equal("INVALID_BOOKING_UUID", Text(refused.Body, "error"));
        Assert.Equal("EXPIRED", Text(shown, "status"));
        Assert.NotNull(shown["utcExpiresAt"]);
        Assert.NotNull(shown["cancellation"]);
        await Eventually.Equal((0, 0), () => bookings.Places(offer));
    }

    [Fact]
    public async Task A_booking_moves_to_another_slot_and_grows()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 3, venueCapacity: 3));
        var later = Given.Slot(offer.Product, offer.Option, offer.Day, offer.Slot.StartsAt.AddHours(1), capacity: 2);
        await bookings.Save(later);
        using var reseller = Reseller();
        var held = await Ok(Reserve(reseller, offer, Guid.CreateVersion7()));

        var moved = await Ok(Patch(reseller, held, new { availabilityId = later.Id, unitItems = Units(offer, 2) }));
        var tooMany = await Error(Patch(reseller, held, new { unitItems = Units(offer, 3) }));

        Assert.Equal((later.Id.ToString(), 2), (Text(moved, "availabilityId"), moved["unitItems"]!.AsArray().Count));
        Assert.Equal("UNPROCESSABLE_ENTITY", Text(tooMany.Body, "error"));
        Assert.Equal((0, 0), await bookings.Places(offer));
        Assert.Equal((2, 2), await bookings.Places(offer with { Slot = later }));
    }

    [Fact]
    public async Task Extending_never_shortens_and_is_capped_at_thirty_minutes()
    {
        var offer = await bookings.Sell(Given.Offer());
        using var reseller = Reseller();
        var held = await Ok(Reserve(reseller, offer, Guid.CreateVersion7(), minutes: 10));

        var shorter = await Ok(
            Post(reseller, $"/octo/bookings/{Text(held, "uuid")}/extend", new { expirationMinutes = 1 }));
        var longer = await Ok(
            Post(reseller, $"/octo/bookings/{Text(held, "uuid")}/extend", new { expirationMinutes = 600 }));

        var before = DateTimeOffset.Parse(
            Text(held, "utcExpiresAt"), System.Globalization.CultureInfo.InvariantCulture);
        var after = DateTimeOffset.Parse(
            Text(longer, "utcExpiresAt"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(Text(held, "utcExpiresAt"), Text(shorter, "utcExpiresAt"));
        Assert.InRange((after - before).TotalMinutes, 19, 21);
    }

    [Fact]
    public async Task Capabilities_are_echoed_and_their_members_come_only_when_asked_for()
    {
        var offer = await bookings.Sell(Given.Offer());
        using var plain = Reseller();
        using var rich = Reseller();
        rich.DefaultRequestHeaders.Add("Octo-Capabilities", "octo/pricing, octo/content, octo/unknown");
        rich.DefaultRequestHeaders.Add("Accept-Language", "zh");

        var without = await plain.GetAsync(new Uri($"/octo/products/{offer.Product.Id}", UriKind.Relative));
        var with = await rich.GetAsync(new Uri($"/octo/products/{offer.Product.Id}", UriKind.Relative));

        var bare = (await without.Content.ReadFromJsonAsync<JsonObject>())!;
        var full = (await with.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.False(bare.ContainsKey("title") || bare.ContainsKey("pricingPer"));
        Assert.Equal(
            ("古窑门票", "UNIT", "CNY"), (Text(full, "title"), Text(full, "pricingPer"), Text(full, "defaultCurrency")));
        var adult = full["options"]![0]!["units"]!.AsArray()
            .Single(unit => Text(unit!, "id") == offer.Adult.Id.ToString())!;
        Assert.Equal(9500, (int)adult["pricing"]![0]!["retail"]!);
        Assert.Equal("octo/pricing, octo/content", with.Headers.GetValues("Octo-Capabilities").Single());
        Assert.Equal("zh", with.Content.Headers.ContentLanguage.Single());
        Assert.Equal("", without.Headers.GetValues("Octo-Capabilities").Single());
    }

    [Fact]
    public async Task Availability_and_calendar_agree_with_what_is_left()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 4));
        using var reseller = Reseller();
        await Ok(Reserve(reseller, offer, Guid.CreateVersion7(), adults: 3));
        var day = offer.Slot.LocalDate.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        var ask = new { productId = offer.Product.Id, optionId = offer.Option.Id, localDateStart = day,
            localDateEnd = day };

        var slot = (await Ok(Post(reseller, "/octo/availability", ask)))[0]!;
        var byId = (await Ok(Post(reseller, "/octo/availability", new
        {
            productId = offer.Product.Id, optionId = offer.Option.Id, availabilityIds = new[] { offer.Slot.Id },
            units = new[] { new { id = offer.Adult.Id, quantity = 2 } },
        })))[0]!;
        var calendar = (await Ok(Post(reseller, "/octo/availability/calendar", ask)))[0]!;
        var both = await Error(
            Post(reseller, "/octo/availability",
            new { ask.productId, ask.optionId, ask.localDateStart, ask.localDateEnd,
            availabilityIds = Array.Empty<string>() }));

        Assert.Equal(("LIMITED", 1, true), (Text(slot, "status"), (int)slot["vacancies"]!, (bool)slot["available"]!));
        Assert.False((bool)byId["available"]!);
        Assert.Equal(
            (day, 1, 4), (Text(calendar, "localDate"), (int)calendar["vacancies"]!, (int)calendar["capacity"]!));
        Assert.Equal("BAD_REQUEST", Text(both.Body, "error"));
    }

    [Theory]
    [InlineData(
        """{"optionId":"OPTION","availabilityId":"SLOT","unitItems":[{"unitId":"UNIT"}]}""",
        "INVALID_PRODUCT_ID")]
    [InlineData(
        """{"productId":"PRODUCT","availabilityId":"SLOT","unitItems":[{"unitId":"UNIT"}]}""",
        "INVALID_OPTION_ID")]
    [InlineData(
        """{"productId":"PRODUCT","optionId":"OPTION","unitItems":[{"unitId":"UNIT"}]}""",
        "INVALID_AVAILABILITY_ID")]
    [InlineData(
        """{"productId":"PRODUCT","optionId":"OPTION","availabilityId":"SLOT","unitItems":[{"unitId":"x"}]}""",
        "INVALID_UNIT_ID")]
    [InlineData(
        """{"productId":"PRODUCT","optionId":"OPTION","availabilityId":"SLOT","unitItems":[]}""",
        "UNPROCESSABLE_ENTITY")]
    [InlineData(
        """
        {"uuid":"x","productId":"PRODUCT","optionId":"OPTION","availabilityId":"SLOT",
        "unitItems":[{"unitId":"UNIT"}]}
        """,
        "INVALID_BOOKING_UUID")]
    [InlineData("""{"productId":5}""", "BAD_REQUEST")]
    [InlineData("{", "BAD_REQUEST")]
    [InlineData("null", "BAD_REQUEST")]
    public async Task What_is_wrong_has_its_code(string body, string code)
    {
        var offer = await bookings.Sell(Given.Offer());
        using var content = new StringContent(
            body.Replace("PRODUCT", $"{offer.Product.Id}", StringComparison.Ordinal)
                .Replace("OPTION", $"{offer.Option.Id}", StringComparison.Ordinal)
                .Replace("SLOT", $"{offer.Slot.Id}", StringComparison.Ordinal)
                    .Replace("UNIT", $"{offer.Adult.Id}", StringComparison.Ordinal),
            Encoding.UTF8, "application/json");

        var error = await Error(Reseller().PostAsync(new Uri("/octo/bookings", UriKind.Relative), content));

        Assert.Equal((400, code), (error.Status, Text(error.Body, "error")));
        Assert.Equal((0, 0), await bookings.Places(offer));
    }

    [Fact]
    public async Task Strangers_and_other_roles_are_refused_in_the_standards_words()
    {
        var stranger = await Error(bookings.Anonymous().GetAsync(new Uri("/octo/products", UriKind.Relative)));
        var tourist = await Error(bookings.As("tourist").GetAsync(new Uri("/octo/products", UriKind.Relative)));

        Assert.Equal((401, "UNAUTHORIZED"), (stranger.Status, Text(stranger.Body, "error")));
        Assert.Equal((403, "FORBIDDEN"), (tourist.Status, Text(tourist.Body, "error")));
    }

    [Fact]
    public async Task Another_resellers_booking_is_not_there_and_its_uuid_is_free()
    {
        var offer = await bookings.Sell(Given.Offer());
        var uuid = Guid.CreateVersion7();
        using var one = Reseller();
        using var other = Reseller();
        await Ok(Reserve(one, offer, uuid));

        var shown = await Error(other.GetAsync(new Uri($"/octo/bookings/{uuid}", UriKind.Relative)));
        var own = await Ok(Reserve(other, offer, uuid));

        Assert.Equal("INVALID_BOOKING_UUID", Text(shown.Body, "error"));
        Assert.Equal(uuid.ToString(), Text(own, "uuid"));
        Assert.Equal((2, 2), await bookings.Places(offer));
    }

    [Fact]
    public async Task A_booking_is_found_by_reference_and_by_day()
    {
        var offer = await bookings.Sell(Given.Offer());
        using var reseller = Reseller();
        var held = await Ok(Reserve(reseller, offer, Guid.CreateVersion7(), reference: "VOUCHER-1"));
        var day = offer.Slot.LocalDate.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

        var byReference = await Ok(
            reseller.GetAsync(new Uri("/octo/bookings?resellerReference=VOUCHER-1", UriKind.Relative)));
        var byDay = await Ok(reseller.GetAsync(new Uri($"/octo/bookings?localDate={day}", UriKind.Relative)));
        var byNothing = await Error(reseller.GetAsync(new Uri("/octo/bookings", UriKind.Relative)));

        Assert.Equal(Text(held, "id"), Text(byReference[0]!, "id"));
        Assert.Equal(Text(held, "id"), Text(byDay[0]!, "id"));
        Assert.Equal("BAD_REQUEST", Text(byNothing.Body, "error"));
    }

    private HttpClient Reseller() => bookings.As("reseller", merchant: Guid.CreateVersion7());

    private static object[] Units(Offer offer, int adults) =>
        [.. Enumerable.Range(0, adults).Select(_ => new { unitId = offer.Adult.Id })];

    private static Task<HttpResponseMessage> Reserve(
        HttpClient reseller, Offer offer, Guid uuid, int adults = 1, int? minutes = null, string? reference = null) =>
        Post(reseller, "/octo/bookings", new
        {
            uuid, productId = offer.Product.Id, optionId = offer.Option.Id, availabilityId = offer.Slot.Id,
            unitItems = Units(offer, adults), expirationMinutes = minutes, resellerReference = reference,
        });

    private static Task<HttpResponseMessage> Confirm(HttpClient reseller, JsonNode held) => Post(
        reseller, $"/octo/bookings/{Text(held, "uuid")}/confirm",
        new { contact = new { fullName = "Ada", emailAddress = "ada@example.com" } });

    private static Task<HttpResponseMessage> Post(HttpClient reseller, string path, object body) =>
        BookingsFixture.Post(reseller, path, body);

    private static Task<HttpResponseMessage> Patch(HttpClient reseller, JsonNode held, object body) =>
        reseller.PatchAsJsonAsync(new Uri($"/octo/bookings/{Text(held, "uuid")}", UriKind.Relative), body);

    private static async Task<JsonNode> Ok(Task<HttpResponseMessage> answer)
    {
        var response = await answer;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    private static async Task<(int Status, JsonNode Body)> Error(Task<HttpResponseMessage> answer)
    {
        var response = await answer;
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    private static string Text(JsonNode node, string member) => node[member]!.ToString();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    private static partial Regex UtcStamp();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$")]
    private static partial Regex LocalStamp();
}
