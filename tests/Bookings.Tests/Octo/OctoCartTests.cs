using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Bookings.Tests.Orders;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Bookings.Tests.Octo;

/// <summary>OCTO's cart: several bookings confirmed and cancelled as one, and any that fails fails all.</summary>
public sealed class OctoCartTests(BookingsFixture bookings) : IClassFixture<BookingsFixture>
{
    private readonly HttpClient _reseller = bookings.As("reseller", merchant: Guid.CreateVersion7());

    [Fact]
    public async Task Two_bookings_are_confirmed_and_cancelled_as_one()
    {
        var (kiln, show) = (await bookings.Sell(Given.Offer()), await bookings.Sell(Given.Offer()));
        var cart = (await Post("/octo/orders", new { expirationMinutes = 20 })).GetProperty("id").GetString()!;
        await Reserve(kiln, cart);
        await Reserve(show, cart);

        var held = await Get(cart);
        var confirmed = await Post($"/octo/orders/{cart}/confirm", new { contact = new { fullName = "Ann" } });
        var again = await Post($"/octo/orders/{cart}/confirm", new { contact = new { fullName = "Ann" } });
        var sold = await bookings.Published<BookingConfirmed>(sale => sale.OrderId == Guid.Parse(cart));
        var cancelled = await Post($"/octo/orders/{cart}/cancel", new { reason = "rain" });

        Assert.Equal(("ON_HOLD", true), (Status(held), held.GetProperty("confirmable").GetBoolean()));
        Assert.Equal(("CONFIRMED", "CONFIRMED", "CANCELLED"), (Status(confirmed), Status(again), Status(cancelled)));
        Assert.Equal("on-account", sold.Authority);
        Assert.All(
            cancelled.GetProperty("bookings").EnumerateArray(), booking => Assert.Equal("CANCELLED", Status(booking)));
        Assert.Equal(((0, 0), (0, 0)), (await bookings.Places(kiln), await bookings.Places(show)));
    }

    [Fact]
    public async Task A_hold_that_is_gone_fails_the_whole_cart()
    {
        var (kiln, show) = (await bookings.Sell(Given.Offer()), await bookings.Sell(Given.Offer()));
        var cart = (await Post("/octo/orders", new { })).GetProperty("id").GetString()!;
        await Reserve(kiln, cart);
        var gone = await Reserve(show, cart);
        await bookings.RunOut(Guid.Parse(gone.GetProperty("id").GetString()!));

        using var answer = await BookingsFixture.Post(
            _reseller, $"/octo/orders/{cart}/confirm", new { contact = new { fullName = "Ann" } });
        var error = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("INVALID_ORDER_ID", error.GetProperty("error").GetString());
        Assert.Equal("ON_HOLD", Status((await Get(cart)).GetProperty("bookings")[0]));
    }

    [Fact]
    public async Task A_booking_in_a_cart_goes_its_own_way_nowhere_and_a_strange_cart_takes_none()
    {
        var kiln = await bookings.Sell(Given.Offer());
        var cart = (await Post("/octo/orders", new { })).GetProperty("id").GetString()!;
        var booking = await Reserve(kiln, cart);
        var stranger = bookings.As("reseller", merchant: Guid.CreateVersion7());

        using var alone = await BookingsFixture.Post(
            _reseller, $"/octo/bookings/{booking.GetProperty("uuid").GetString()}/confirm",
            new { contact = new { fullName = "Ann" } });
        using var strange = await stranger.GetAsync(new Uri($"/octo/orders/{cart}", UriKind.Relative));

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (alone.StatusCode, strange.StatusCode));
    }

    [Fact]
    public async Task A_strange_or_a_closed_cart_takes_no_booking()
    {
        var kiln = await bookings.Sell(Given.Offer());
        var cart = (await Post("/octo/orders", new { })).GetProperty("id").GetString()!;
        var overdue = (await Post("/octo/orders", new { })).GetProperty("id").GetString()!;
        await bookings.ExecuteAsOwner($"UPDATE orders SET pay_until = now() WHERE id = '{overdue}'");
        var stranger = bookings.As("reseller", merchant: Guid.CreateVersion7());

        using var strange = await BookingsFixture.Post(stranger, "/octo/bookings", Asked(kiln, cart));
        using var closed = await BookingsFixture.Post(_reseller, "/octo/bookings", Asked(kiln, overdue));

        Assert.Equal(["INVALID_ORDER_ID", "INVALID_ORDER_ID"], [await Error(strange), await Error(closed)]);
        Assert.Equal((0, 0), await bookings.Places(kiln));
    }

    [Fact]
    public async Task More_time_for_the_cart_is_more_time_for_its_bookings()
    {
        var kiln = await bookings.Sell(Given.Offer());
        var cart = (await Post("/octo/orders", new { expirationMinutes = 5 })).GetProperty("id").GetString()!;
        var booking = await Reserve(kiln, cart);

        var longer = await Post($"/octo/orders/{cart}/extend", new { expirationMinutes = 30 });

        var until = longer.GetProperty("utcExpiresAt").GetDateTimeOffset();
        Assert.True(until > Given.Now.AddMinutes(29), $"{until}");
        var held = (await Get(cart)).GetProperty("bookings")[0];
        Assert.Equal(booking.GetProperty("id").GetString(), held.GetProperty("id").GetString());
        Assert.True(held.GetProperty("utcExpiresAt").GetDateTimeOffset() >= until);
    }

    [Theory, InlineData("sweep"), InlineData("order")]
    public async Task A_cart_that_ends_gives_back_all_that_was_reserved_for_it(string how)
    {
        var (kiln, show) = (await bookings.Sell(Given.Offer()), await bookings.Sell(Given.Offer()));
        var cart = (await Post("/octo/orders", new { })).GetProperty("id").GetString()!;
        await Reserve(kiln, cart);
        await Reserve(show, cart);

        if (how == "sweep") await Trip.RunOut(bookings, Guid.Parse(cart));
        else await Post($"/v1/orders/{cart}/cancel", new { });

        await Eventually.Equal(
            ((0, 0), (0, 0)), async () => (await bookings.Places(kiln), await bookings.Places(show)));
        Assert.Equal(how == "sweep" ? "EXPIRED" : "CANCELLED", Status(await Get(cart)));
    }

    [Fact]
    public async Task In_a_cart_a_booking_is_described_and_nothing_of_its_price_changes()
    {
        var kiln = await bookings.Sell(Given.Offer());
        var cart = (await Post("/octo/orders", new { })).GetProperty("id").GetString()!;
        var path = new Uri(
            $"/octo/bookings/{(await Reserve(kiln, cart)).GetProperty("uuid").GetString()}", UriKind.Relative);

        using var noted = await _reseller.PatchAsJsonAsync(path, new { notes = "late" });
        using var more = await _reseller.PatchAsJsonAsync(
            path, new { unitItems = new[] { new { unitId = kiln.Adult.Id }, new { unitId = kiln.Adult.Id } } });

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest), (noted.StatusCode, more.StatusCode));
        Assert.Equal((1, 1), await bookings.Places(kiln));
    }

    [Fact]
    public async Task An_empty_cart_is_not_confirmed()
    {
        var cart = (await Post("/octo/orders", new { })).GetProperty("id").GetString()!;

        using var answer = await BookingsFixture.Post(
            _reseller, $"/octo/orders/{cart}/confirm", new { contact = new { fullName = "Ann" } });

        Assert.Equal(("INVALID_ORDER_ID", "ON_HOLD"), (await Error(answer), Status(await Get(cart))));
    }

    private static async Task<string> Error(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString()!;

    private static string Status(JsonElement shown) => shown.GetProperty("status").GetString()!;

    private Task<JsonElement> Reserve(Offer offer, string cart) => Post("/octo/bookings", Asked(offer, cart));

    private static object Asked(Offer offer, string cart) => new
    {
        productId = offer.Product.Id, optionId = offer.Option.Id, availabilityId = offer.Slot.Id, orderId = cart,
        unitItems = new[] { new { unitId = offer.Adult.Id } },
    };

    private async Task<JsonElement> Get(string cart) =>
        await _reseller.GetFromJsonAsync<JsonElement>(new Uri($"/octo/orders/{cart}", UriKind.Relative));

    private async Task<JsonElement> Post(string path, object body)
    {
        using var answer = await BookingsFixture.Post(_reseller, path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
