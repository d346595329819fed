using System.Net;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Orders;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Tests.Orders;

/// <summary>A whole trip over HTTP; the tests speak for Homestays and Payments.</summary>
public sealed class PlaceOrderTests(BookingsFixture bookings) : IClassFixture<BookingsFixture>
{
    private readonly HttpClient _tourist = bookings.As("tourist");

    [Fact]
    public async Task Tickets_and_nights_are_held_paid_once_and_confirmed_together()
    {
        var (kiln, show) = (await bookings.Sell(Given.Offer()), await bookings.Sell(Given.Offer()));

        var placed =
            await Trip.Place(_tourist, Trip.Tickets(kiln), Trip.Tickets(show, 3), Trip.Nights(Guid.CreateVersion7()));
        await bookings.Deliver(Trip.Held(placed));
        var held = await Trip.Show(_tourist, placed.Id, wait: 5);
        var payment = await Trip.AskToPay(_tourist, placed.Id);
        await bookings.Deliver(Trip.Captured(held, payment));
        var confirming = await Trip.Show(_tourist, placed.Id);
        await bookings.Deliver(Trip.Confirmed(held));
        var confirmed = await Trip.Show(_tourist, placed.Id, wait: 5);

        Assert.Equal(
            ("holding", "held", "confirming", "confirmed"),
            (placed.State, held.State, confirming.State, confirmed.State));
        Assert.Equal((5 * 9500) + 60_000, held.PriceFen);
        Assert.Equal(held.PriceFen, payment.AmountFen);
        Assert.All(confirmed.Lines, line => Assert.Equal("sold", line.State));
        Assert.Equal((2, 2), await bookings.Places(kiln));
        var asked = await bookings.Published<HoldStay>(ask => ask.OrderId == placed.Id);
        var told = await bookings.Published<ConfirmStay>(ask => ask.OrderId == placed.Id);
        Assert.Equal((asked.StayId, 60_000L, "payment"), (told.StayId, told.PaidFen, told.Authority));
        var sold = await bookings.Published<BookingConfirmed>(sale => sale.OrderId == placed.Id && sale.Visitors == 3);
        Assert.Equal("payment", sold.Authority);
        await bookings.Published<OrderConfirmed>(
            order => order.OrderId == placed.Id && order.PriceFen == held.PriceFen);
        var toPay = await bookings.Published<OrderHeld>(order => order.OrderId == placed.Id);
        Assert.Equal((held.PriceFen, held.PayUntil), (toPay.PriceFen, toPay.PayUntil));
    }

    [Fact]
    public async Task Free_tickets_are_confirmed_by_themselves_and_spoil_no_hold_that_came_with_them()
    {
        var (museum, kiln) = (await bookings.Sell(Given.Offer(capacity: 50, adultFen: 0)),
            await bookings.Sell(Given.Offer(capacity: 50)));

        var orders = Enumerable.Range(0, 5).Select(_ => Trip.Place(_tourist, Trip.Tickets(museum))).ToList();
        var holds = Enumerable.Range(0, 20).Select(_ => BookingsFixture.Hold(_tourist, kiln)).ToList();
        var confirmed = await Task.WhenAll((await Task.WhenAll(orders)).Select(
            order => Trip.Show(_tourist, order.Id, wait: 8)));
        var held = await Task.WhenAll(holds);

        Assert.All(confirmed, order => Assert.Equal(("confirmed", 0L), (order.State, order.PriceFen)));
        Assert.All(held, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.Equal(((10, 10), (20, 20)), (await bookings.Places(museum), await bookings.Places(kiln)));
        await bookings.Published<BookingConfirmed>(sale => sale.OrderId == confirmed[0].Id && sale.PriceFen == 0);
        Assert.DoesNotContain(
            bookings.PublishedSoFar<RequestPayment>(), ask => ask.SubjectId == confirmed[0].Id);
    }

    [Fact]
    public async Task A_sold_out_line_leaves_nothing_held_and_the_order_says_which_and_what_there_is_instead()
    {
        var (kiln, full) = (await bookings.Sell(Given.Offer()), await bookings.Sell(Given.Offer(capacity: 1)));
        var later = Given.Slot(full.Product, full.Option, null, full.Slot.StartsAt.AddHours(3), capacity: 5);
        await bookings.Save(later);

        var placed =
            await Trip.Place(_tourist, Trip.Tickets(kiln), Trip.Tickets(full, 2), Trip.Nights(Guid.CreateVersion7()));
        var shown = await Trip.Show(_tourist, placed.Id);

        Assert.Equal("failed", placed.State);
        Assert.Equal((placed.Lines[1].Id, "sold-out"), (shown.Failure!.LineId!.Value, shown.Failure.Code));
        Assert.Equal(later.Id, Assert.Single(shown.Failure.Alternatives).AvailabilityId);
        Assert.Equal(["returned", "refused", "returned"], shown.Lines.Select(line => line.State));
        Assert.Equal(((0, 0), (0, 0)), (await bookings.Places(kiln), await bookings.Places(full)));
        await bookings.Published<OrderFailed>(failed => failed.OrderId == placed.Id);
        Assert.DoesNotContain(bookings.PublishedSoFar<HoldStay>(), ask => ask.OrderId == placed.Id);
    }

    [Fact]
    public async Task Refused_nights_give_the_tickets_and_the_other_nights_back()
    {
        var kiln = await bookings.Sell(Given.Offer());
        var placed = await Trip.Place(
            _tourist, Trip.Tickets(kiln), Trip.Nights(Guid.CreateVersion7()),
                Trip.Nights(Guid.CreateVersion7(), from: 5));

        await bookings.Deliver(Trip.Held(placed, stay: 0));
        await bookings.Deliver(Trip.Refused(placed, stay: 1));
        var releasing = await Trip.Show(_tourist, placed.Id);
        var released = await bookings.Published<ReleaseStay>(ask => ask.OrderId == placed.Id);
        await bookings.Deliver(Trip.Released(placed, stay: 0));

        Assert.Equal("releasing", releasing.State);
        Assert.Equal((0, 0), await bookings.Places(kiln));
        Assert.Equal((placed.Lines[1].Id, true, true), (released.StayId, released.CancelConfirmed, released.InFull));
        var failed = await Trip.Show(_tourist, placed.Id, wait: 5);
        Assert.Equal(
            ("failed", "nights-taken", placed.Lines[2].Id),
            (failed.State, failed.Failure!.Code, failed.Failure.LineId!.Value));
    }

    [Fact]
    public async Task The_same_key_is_the_same_order_and_holds_its_places_once()
    {
        var kiln = await bookings.Sell(Given.Offer());
        var key = Guid.CreateVersion7().ToString();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Trip.Post(_tourist, [Trip.Tickets(kiln)], key)));
        var other = await Trip.Post(_tourist, [Trip.Tickets(kiln, 3)], key);
        var orders = await Task.WhenAll(answers.Select(answer => answer.Content.ReadFromJsonAsync<OrderResponse>()));

        Assert.Single(orders.Select(order => order!.Id).Distinct());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.Equal((2, 2), await bookings.Places(kiln));
    }

    [Fact]
    public async Task An_order_without_nights_is_held_at_once_and_pays_itself_where_it_said_how()
    {
        var kiln = await bookings.Sell(Given.Offer());

        using var answer = await Trip.Post(_tourist, [Trip.Tickets(kiln)], payBy: "sandbox");
        var held = (await answer.Content.ReadFromJsonAsync<OrderResponse>())!;
        var again = await Trip.AskToPay(_tourist, held.Id);
        await bookings.Deliver(Trip.Captured(held, again));

        Assert.Equal("held", held.State);
        Assert.Equal(again.Key, Assert.Single(held.Payments).Key);
        Assert.EndsWith($"{again.Key}?wait=5", again.PayAt);
        await bookings.Published<RequestPayment>(ask => ask.SubjectId == held.Id && ask.Purpose == "order");
        Assert.Equal("confirmed", (await Trip.Show(_tourist, held.Id)).State);
    }

    [Fact]
    public async Task What_is_malformed_makes_no_order()
    {
        var kiln = await bookings.Sell(Given.Offer());

        var noLine = await Trip.Post(_tourist, []);
        var half = await Trip.Post(_tourist, [new { roomId = Guid.CreateVersion7() }]);
        var unknown =
            await Trip.Post(
            _tourist, [new { availabilityId = Guid.CreateVersion7(), unitItems = BookingsFixture.Units(kiln, 1) }]);
        var unit =
            await Trip.Post(
            _tourist,
            [new { availabilityId = kiln.Slot.Id, unitItems = new[] { new { unitId = Guid.CreateVersion7() } } }]);
        var noKey = await BookingsFixture.Post(_tourist, "/v1/orders", new { lines = new[] { Trip.Tickets(kiln) } });

        Assert.Equal(
            [400, 400, 404, 400, 400],
            new[] { noLine, half, unknown, unit, noKey }.Select(answer => (int)answer.StatusCode));
    }

    [Fact]
    public async Task Somebody_elses_order_is_not_there_and_an_operator_sees_every_step()
    {
        var kiln = await bookings.Sell(Given.Offer());
        var placed = await Trip.Place(_tourist, Trip.Tickets(kiln), Trip.Nights(Guid.CreateVersion7()));
        await bookings.Deliver(Trip.Held(placed));

        var stranger = await bookings.As("tourist").GetAsync(new Uri($"/v1/orders/{placed.Id}", UriKind.Relative));
        var steps = await bookings.As("operator").GetFromJsonAsync<List<OrderStepResponse>>(
            new Uri($"/v1/orders/{placed.Id}/steps", UriKind.Relative));
        var own =
            await _tourist.GetFromJsonAsync<List<OrderResponse>>(
            new Uri("/v1/orders?state=held&limit=100", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);
        Assert.Equal(["placed", "nights-held", "all-held"], steps!.Select(step => step.What));
        Assert.Contains(own!, order => order.Id == placed.Id);
    }

    [Fact]
    public async Task A_part_of_an_order_goes_its_own_way_nowhere()
    {
        var kiln = await bookings.Sell(Given.Offer());
        var placed = await Trip.Place(_tourist, Trip.Tickets(kiln));
        var booking = placed.Lines[0].Id;

        var paid =
            await BookingsFixture.Post(
            _tourist, $"/v1/bookings/{booking}/payments", new { method = "sandbox" }, "pay-part");
        var cancelled = await BookingsFixture.Post(_tourist, $"/v1/bookings/{booking}/cancel", new { });

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (paid.StatusCode, cancelled.StatusCode));
        Assert.Equal(BookingStatus.OnHold, await bookings.Read(
            db => db.Bookings.Where(b => b.Id == booking).Select(b => b.Status).SingleAsync()));
    }
}
