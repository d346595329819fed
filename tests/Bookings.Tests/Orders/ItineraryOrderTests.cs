using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Bookings.Orders;

namespace Jingdezhen.Tourism.Bookings.Tests.Orders;

/// <summary>A plan becomes an order in one call: Routes is asked in the tourist's name, and only to read.</summary>
public sealed class ItineraryOrderTests(NeighboursFixture bookings) : IClassFixture<NeighboursFixture>
{
    private readonly HttpClient _tourist = bookings.As("tourist");

    [Fact]
    public async Task The_stops_with_a_slot_become_tickets_for_the_party_and_what_is_booked_already_is_left_out()
    {
        var (kiln, show) = (await bookings.Sell(Given.Offer()), await bookings.Sell(Given.Offer()));
        var booked = await bookings.Sell(Given.Offer());
        var itinerary = Itinerary(
            new { adults = 2, children = 1 }, Stop(kiln), Stop(booked, Guid.CreateVersion7()), new { kind = "walk" },
            Stop(show));

        using var answer = await Order(itinerary);
        var order = (await answer.Content.ReadFromJsonAsync<OrderResponse>())!;

        Assert.Equal((HttpStatusCode.Accepted, "held", itinerary), (answer.StatusCode, order.State, order.ItineraryId));
        Assert.Equal(
            [(kiln.Slot.Id, 3, 23_700L), (show.Slot.Id, 3, 23_700L)],
            order.Lines.Select(line => (line.AvailabilityId!.Value, line.Persons, line.PriceFen)));
        Assert.Equal(((3, 3), (0, 0)), (await bookings.Places(kiln), await bookings.Places(booked)));
        Assert.Equal(
            _tourist.DefaultRequestHeaders.Authorization!.ToString(), bookings.Routes.AuthorizationOf($"{itinerary}"));
    }

    [Fact]
    public async Task Travellers_named_with_the_order_stand_for_the_plans_party()
    {
        var kiln = await bookings.Sell(Given.Offer(realName: true));
        var itinerary = Itinerary(new { adults = 5 }, Stop(kiln));

        using var answer = await Order(itinerary, new[]
        {
            new { type = "ADULT", ageBand = "18-35", identity = new { type = "passport", number = "E20000001" } },
            new { type = "SENIOR", ageBand = "60+", identity = new { type = "passport", number = "E20000002" } },
        });

        var line = Assert.Single((await answer.Content.ReadFromJsonAsync<OrderResponse>())!.Lines);
        Assert.Equal((2, 19_000L), (line.Persons, line.PriceFen));
    }

    [Fact]
    public async Task What_cannot_be_read_or_has_nothing_to_book_makes_no_order()
    {
        var booked = await bookings.Sell(Given.Offer());
        var silent = Guid.CreateVersion7();
        bookings.Routes.Answer($"{silent}", new { }, HttpStatusCode.ServiceUnavailable);

        var answers = new[]
        {
            await Order(Guid.CreateVersion7()), await Order(silent),
            await Order(Itinerary(new { }, Stop(booked, Guid.CreateVersion7()))),
        };

        Assert.Equal(
            [(404, "unknown-itinerary"), (503, "routes-silent"), (409, "nothing-to-book")],
            await Task.WhenAll(answers.Select(async answer => ((int)answer.StatusCode, await CodeOf(answer)))));
        Assert.Equal((0, 0), await bookings.Places(booked));
    }

    [Theory, InlineData("refused"), InlineData("refused-when-paid"), InlineData("silent")]
    public async Task Nights_that_were_lost_come_with_other_rooms_and_days(string how)
    {
        var (room, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var order = await Trip.Place(
            _tourist, Trip.Tickets(await bookings.Sell(Given.Offer())), Trip.Nights(room, from: 30 + how.Length));
        var (day, leave) = (order.Lines[1].Day, order.Lines[1].Departure!.Value);
        bookings.Homestays.Answer($"arrival={day:yyyy-MM-dd}", Found((other, 58_000)));
        bookings.Homestays.Answer($"arrival={day.AddDays(1):yyyy-MM-dd}", Found((room, 61_000)));
        bookings.Homestays.Answer($"arrival={day.AddDays(-1):yyyy-MM-dd}", Found());

        await LoseAsync(order, how);
        var alternatives = (await Trip.Show(_tourist, order.Id)).Failure!.Alternatives;

        Assert.Equal(
            [(other, day, leave, 58_000L), (room, day.AddDays(1), leave.AddDays(1), 61_000L)],
            alternatives.Select(one => (one.RoomId!.Value, one.Day, one.Departure!.Value, one.PriceFen!.Value)));
    }

    [Fact]
    public async Task Where_Homestays_is_silent_the_order_says_why_it_failed_and_offers_nothing()
    {
        var order = await Trip.Place(_tourist, Trip.Nights(Guid.CreateVersion7(), from: 20));
        bookings.Homestays.Answer(
            $"arrival={order.Lines[0].Day:yyyy-MM-dd}", new { }, HttpStatusCode.ServiceUnavailable);

        await LoseAsync(order, "refused");
        var failure = (await Trip.Show(_tourist, order.Id)).Failure!;

        Assert.Equal(("nights-taken", 0), (failure.Code, failure.Alternatives.Count));
    }

    private async Task LoseAsync(OrderResponse order, string how)
    {
        if (how == "silent")
        {
            await Trip.RunOut(bookings, order.Id);
            await Jingdezhen.Tourism.Testing.Eventually.Holds(
                () => Trip.Show(_tourist, order.Id), shown => shown.Failure is { Code: "no-answer" });
            return;
        }

        if (how == "refused-when-paid")
        {
            await bookings.Deliver(Trip.Held(order));
            await bookings.Deliver(Trip.Captured(order, await Trip.AskToPay(_tourist, order.Id)));
        }

        await bookings.Deliver(Trip.Refused(order));
    }

    private static object Stop(Offer offer, Guid? booking = null) =>
        new { kind = "visit", availabilityId = offer.Slot.Id, bookingId = booking };

    private static object Found(params (Guid Room, long Fen)[] homes) =>
        new { items = homes.Select(home => new { room = new { id = home.Room }, totalFen = home.Fen }) };

    private Guid Itinerary(object party, params object[] stops)
    {
        var id = Guid.CreateVersion7();
        bookings.Routes.Answer(
            $"/v1/itineraries/{id}",
            new { id, wishes = new { party }, plan = new { days = new[] { new { stops } } } });
        return id;
    }

    private Task<HttpResponseMessage> Order(Guid itineraryId, object? travellers = null) => BookingsFixture.Post(
        _tourist, "/v1/orders", new { itineraryId, travellers }, Guid.CreateVersion7().ToString());

    private static async Task<string> CodeOf(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString()!;
}
