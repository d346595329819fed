using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Contracts.Bookings.V1;

namespace Jingdezhen.Tourism.Bookings.Tests.Octo;

/// <summary>OCTO's cart: several bookings confirmed and cancelled as one, and any that fails fails all.</summary>
public sealed class OctoCartTests(BookingsFixture bookings) : IClassFixture<BookingsFixture>
{
    private static readonly Guid Reseller = Guid.CreateVersion7();
    private readonly HttpClient _reseller = bookings.As("reseller", merchant: Reseller);

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
        Assert.Equal(("on-account", Reseller), (sold.Authority, sold.ResellerId));
        Assert.Equal(Reseller, (await bookings.Published<OrderConfirmed>(
            order => order.OrderId == Guid.Parse(cart))).ResellerId);
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
        var lost = Guid.Parse(gone.GetProperty("id").GetString()!);
        await bookings.RunOut(lost);

        using var answer = await BookingsFixture.Post(
            _reseller, $"/octo/orders/{cart}/confirm", new { contact = new { fullName = "Ann" } });
        var error = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("INVALID_ORDER_ID", error.GetProperty("error").GetString());
        Assert.Equal("ON_HOLD", Status((await Get(cart)).GetProperty("bookings")[0]));
        Assert.Equal(
            Reseller, (await bookings.Published<BookingExpired>(expired => expired.BookingId == lost)).ResellerId);
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

    private static string Status(JsonElement shown) => shown.GetProperty("status").GetString()!;

    private Task<JsonElement> Reserve(Offer offer, string cart) => Post("/octo/bookings", new
    {
        productId = offer.Product.Id, optionId = offer.Option.Id, availabilityId = offer.Slot.Id, orderId = cart,
        unitItems = new[] { new { unitId = offer.Adult.Id } },
    });

    private async Task<JsonElement> Get(string cart) =>
        await _reseller.GetFromJsonAsync<JsonElement>(new Uri($"/octo/orders/{cart}", UriKind.Relative));

    private async Task<JsonElement> Post(string path, object body)
    {
        using var answer = await BookingsFixture.Post(_reseller, path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
