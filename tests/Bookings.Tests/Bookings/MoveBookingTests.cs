using System.Net;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Tickets;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Tests.Bookings;

public sealed class MoveBookingTests(BookingsFixture bookings) : IClassFixture<BookingsFixture>
{
    [Fact]
    public async Task A_hold_moves_to_another_slot_and_grows_and_is_priced_anew()
    {
        var (tourist, held, offer, later) = await Held();

        var moved = await BookingsFixture.Booked(Move(tourist, held, new
        {
            availabilityId = later.Id,
            units = new object[]
            {
                new { unitId = offer.Adult.Id, unitItemId = held.UnitItems[0].Id },
                new { unitId = offer.Child.Id, ageBand = "0-13" },
            },
        }));

        Assert.Equal(
            (later.Id, 2, 14_200L, "on-hold"), (moved.AvailabilityId, moved.Visitors, moved.PriceFen, moved.Status));
        Assert.Equal(held.UnitItems[0].Id, moved.UnitItems[0].Id);
        Assert.Equal((0, 0), await bookings.Places(offer));
        Assert.Equal((2, 2), await bookings.Places(offer with { Slot = later }));
        var told = await bookings.Published<BookingChanged>(message => message.BookingId == held.Id);
        Assert.Equal(
            (later.Id, 2, 14_200L, false), (told.AvailabilityId, told.Visitors, told.PriceFen, told.Confirmed));
    }

    [Fact]
    public async Task A_paid_booking_moves_for_free_and_only_its_new_ticket_is_good()
    {
        var (tourist, held, offer, later) = await Held();
        await bookings.Pay(tourist, held);
        var before = await Ticket(tourist, held);

        var moved = await BookingsFixture.Booked(Move(tourist, held, new { availabilityId = later.Id }));
        await bookings.Read(db => db.Bookings.Where(b => b.Id == held.Id).ExecuteUpdateAsync(b => b
            .SetProperty(x => x.StartsAt, Given.Now.AddMinutes(20)).SetProperty(x => x.EndsAt, Given.Now.AddHours(2))));
        var after = await Ticket(tourist, held);
        using var gate = bookings.As("merchant", merchant: offer.Supplier.Id);
        var scans = new[] { before, after }.Select(code => new { code, nonce = Guid.CreateVersion7().ToString() });
        var answer = await BookingsFixture.Post(gate, "/v1/redemptions", new { scans });

        Assert.Equal(("confirmed", later.Id, 0), (moved.Status, moved.AvailabilityId, moved.Refunds.Count));
        var seen = (await answer.Content.ReadFromJsonAsync<List<ScanResponse>>())!;
        Assert.Equal(["wrong-slot", "admitted"], seen.Select(scan => scan.Result));
    }

    [Fact]
    public async Task What_a_smaller_party_costs_less_goes_back()
    {
        var (tourist, held, offer, _) = await Held(adults: 3);
        await bookings.Pay(tourist, held);

        var smaller = await BookingsFixture.Booked(
            Move(tourist, held, new { units = Units(offer, held.UnitItems[0].Id) }));

        Assert.Equal((1, 9_500L, 19_000L), (smaller.Visitors, smaller.PriceFen, smaller.RefundFen));
        Assert.Equal(("moved", 19_000L), (smaller.Refunds.Single().Reason, smaller.Refunds.Single().AmountFen));
        Assert.Equal((1, 1), await bookings.Places(offer));
        await bookings.Published<RequestRefund>(message => message.SubjectId == held.Id && message.AmountFen == 19_000);
    }

    [Fact]
    public async Task A_sold_booking_does_not_move_to_what_costs_more_nor_when_its_cancellation_costs_something()
    {
        var (tourist, held, offer, later) = await Held();
        await bookings.Pay(tourist, held);
        var (latecomer, soon, soonOffer, soonLater) = await Held(hours: 20);
        await bookings.Pay(latecomer, soon);

        var dearer = await Move(tourist, held, new { units = Units(offer, held.UnitItems[0].Id, null) });
        var late = await Move(latecomer, soon, new { availabilityId = soonLater.Id });

        Assert.Equal((409, 409), ((int)dearer.StatusCode, (int)late.StatusCode));
        Assert.Contains("costs-more", await dearer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("too-late-to-move", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((1, 1), await bookings.Places(offer));
        Assert.Equal((1, 1), await bookings.Places(soonOffer));
        Assert.Equal((0, 0), await bookings.Places(offer with { Slot = later }));
    }

    [Fact]
    public async Task What_cannot_be_moved_stays_where_it_is()
    {
        var (tourist, held, offer, later) = await Held();
        var other = await bookings.Sell(Given.Offer());
        var full = Given.Slot(offer.Product, offer.Option, null, later.StartsAt.AddHours(3), capacity: 1);
        var closed = Given.Slot(offer.Product, offer.Option, null, later.StartsAt.AddHours(6), capacity: 5);
        closed.Closed = true;
        await bookings.Save(full, closed);
        await BookingsFixture.Booked(BookingsFixture.Hold(bookings.As("tourist"), offer with { Slot = full }));
        var (_, expired, _, _) = await Held(tourist);
        await bookings.RunOut(expired.Id);

        var foreign = await Move(bookings.As("tourist"), held, new { availabilityId = later.Id });
        var elsewhere = await Move(tourist, held, new { availabilityId = other.Slot.Id });
        var crowded = await Move(tourist, held, new { availabilityId = full.Id });
        var shut = await Move(tourist, held, new { availabilityId = closed.Id });
        var over = await Move(tourist, expired, new { units = Units(offer, [null]) });
        var nobody = await Move(tourist, held, new { units = Array.Empty<object>() });
        var strange = await Move(tourist, held, new { units = new[] { new { unitId = Guid.CreateVersion7() } } });

        Assert.Equal(
            [404, 404, 409, 409, 409, 400, 400],
            new[] { foreign, elsewhere, crowded, shut, over, nobody, strange }.Select(
                answer => (int)answer.StatusCode));
        Assert.Equal((1, 1), await bookings.Places(offer));
        Assert.Equal((1, 1), await bookings.Places(offer with { Slot = full }));
    }

    [Fact]
    public async Task Real_names_and_used_tickets_do_not_move()
    {
        var named = await bookings.Sell(Given.Offer(realName: true));
        using var tourist = bookings.As("tourist");
        var held = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, new
        {
            availabilityId = named.Slot.Id,
            unitItems = new[] { new { unitId = named.Adult.Id,
                identity = new { type = "passport", number = "E55555555" } } },
        }));
        var (user, used, _, later) = await Held(adults: 2);
        await bookings.Pay(user, used);
        await bookings.Read(db => db.UnitItems.Where(item => item.Id == used.UnitItems[0].Id)
            .ExecuteUpdateAsync(item => item.SetProperty(i => i.Status, UnitStatus.Redeemed)));

        var moved = await Move(tourist, held, new { availabilityId = named.Slot.Id });
        var halfUsed = await Move(user, used, new { availabilityId = later.Id });

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (moved.StatusCode, halfUsed.StatusCode));
    }

    [Fact]
    public async Task Of_twelve_bookings_that_move_to_five_places_at_once_five_arrive()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 12));
        var later = Given.Slot(offer.Product, offer.Option, null, offer.Slot.StartsAt.AddHours(3), capacity: 5);
        await bookings.Save(later);
        using var tourist = bookings.As("tourist");
        var held = new List<BookingResponse>();
        for (var guest = 0; guest < 12; guest++) held.Add(
            await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer)));

        var answers = await Task.WhenAll(
            held.Select(booking => Move(tourist, booking, new { availabilityId = later.Id })));

        Assert.Equal(5, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Equal((5, 5), await bookings.Places(offer with { Slot = later }));
        Assert.Equal((7, 7), await bookings.Places(offer));
    }

    private async Task<(HttpClient Tourist, BookingResponse Held, Offer Offer, Slot Later)> Held(
        HttpClient? by = null, int adults = 1, int hours = 72)
    {
        var offer = await bookings.Sell(Given.Offer(startsIn: TimeSpan.FromHours(hours)));
        var later = Given.Slot(offer.Product, offer.Option, null, offer.Slot.StartsAt.AddHours(24), capacity: 10);
        await bookings.Save(later);
        var tourist = by ?? bookings.As("tourist");
        return (tourist, await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer, adults)), offer, later);
    }

    private static object[] Units(Offer offer, params Guid?[] items) =>
        [.. items.Select(item => new { unitId = offer.Adult.Id, unitItemId = item })];

    private static Task<HttpResponseMessage> Move(HttpClient http, BookingResponse booking, object change) =>
        BookingsFixture.Post(http, $"/v1/bookings/{booking.Id}/move", change);

    private static async Task<string> Ticket(HttpClient http, BookingResponse booking) =>
        (await http.GetFromJsonAsync<List<TicketResponse>>(
            new Uri($"/v1/bookings/{booking.Id}/tickets", UriKind.Relative)))!.Single().Code;
}
