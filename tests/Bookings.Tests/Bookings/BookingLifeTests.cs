using System.Net;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Tests.Bookings;

public sealed class BookingLifeTests(BookingsFixture bookings) : IClassFixture<BookingsFixture>
{
    [Fact]
    public async Task A_tourist_cannot_confirm_without_paying_and_a_receipt_does_not_stand_in()
    {
        var offer = await bookings.Sell(Given.Offer());
        using var tourist = bookings.As("tourist");
        var held = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer));

        var free = await BookingsFixture.Post(tourist, $"/v1/bookings/{held.Id}/confirm", new { });
        var byTourist = await Receipt(tourist, held, held.PriceFen);
        var byOperator = await Receipt(bookings.As("operator"), held, held.PriceFen);

        Assert.Equal(
            (HttpStatusCode.Conflict, HttpStatusCode.Forbidden, HttpStatusCode.Conflict),
            (free.StatusCode, byTourist.StatusCode, byOperator.StatusCode));
        Assert.Contains("paid-online", await byOperator.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("on-hold", (await BookingsFixture.Show(tourist, held.Id)).Status);
    }

    [Fact]
    public async Task A_guest_who_called_is_kept_a_place_until_a_receipt_says_that_it_was_paid()
    {
        var offer = await bookings.Sell(Given.Offer());
        using var merchant = bookings.As("merchant", merchant: offer.Supplier.Id);
        using var other = bookings.As("merchant", merchant: Guid.CreateVersion7());
        var held = await BookingsFixture.Booked(BookingsFixture.Post(
            merchant, "/v1/counter-sales",
            new
            {
                availabilityId = offer.Slot.Id, unitItems = BookingsFixture.Units(offer, 1), channel = "phone",
                holdMinutes = 600,
            },
            Guid.CreateVersion7().ToString()));

        var tooLittle = await Receipt(merchant, held, held.PriceFen - 1);
        var others = await Receipt(other, held, held.PriceFen);
        var paid = await BookingsFixture.Booked(Receipt(merchant, held, held.PriceFen));
        var twice = await Receipt(bookings.As("operator"), held, held.PriceFen);

        Assert.Equal(
            ("on-hold", "confirmed", "counter", "phone"), (held.Status, paid.Status, paid.ConfirmedBy, paid.Channel));
        Assert.Equal([409, 404, 409], new[] { tooLittle, others, twice }.Select(answer => (int)answer.StatusCode));
        Assert.Equal(
            1, await bookings.Read(db => db.Set<Receipt>().CountAsync(receipt => receipt.BookingId == held.Id)));
        var told = await bookings.Published<BookingConfirmed>(message => message.BookingId == held.Id);
        Assert.Equal(("counter", "phone", 9500L), (told.Authority, told.Channel, told.PriceFen));
    }

    [Fact]
    public async Task A_merchants_counter_sale_is_sold_at_once_and_only_of_its_own_products()
    {
        var offer = await bookings.Sell(Given.Offer());
        var body = new { availabilityId = offer.Slot.Id, unitItems = BookingsFixture.Units(offer, 1) };

        var own = await BookingsFixture.Booked(BookingsFixture.Post(
            bookings.As("merchant", merchant: offer.Supplier.Id), "/v1/counter-sales", body, "k1"));
        var others = await BookingsFixture.Post(
            bookings.As("merchant", merchant: Guid.CreateVersion7()), "/v1/counter-sales", body, "k2");

        Assert.Equal(("confirmed", "counter", "counter"), (own.Status, own.Channel, own.ConfirmedBy));
        Assert.Equal(HttpStatusCode.NotFound, others.StatusCode);
    }

    [Fact]
    public async Task Cancelling_gives_the_places_back_once_and_refunds_by_the_policy()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 2, venueCapacity: 2));
        using var tourist = bookings.As("tourist");
        var held = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer, adults: 2));
        await bookings.Pay(tourist, held);

        var cancelled = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ =>
            BookingsFixture.Booked(
                BookingsFixture.Post(tourist, $"/v1/bookings/{held.Id}/cancel", new { reason = "rain" }))));

        Assert.All(cancelled,
            answer => Assert.Equal(("cancelled", "FULL", 19000L), (answer.Status, answer.Refund, answer.RefundFen)));
        Assert.Equal((0, 0), await bookings.Places(offer));
        Assert.Equal(0,
            await bookings.Read(
            db => db.VenueDays.Where(day => day.Id == offer.Day!.Id).Select(day => day.Taken).SingleAsync()));
        await bookings.Published<BookingCancelled>(message => message.BookingId == held.Id && message.Refund == "FULL");
        Assert.Single(bookings.PublishedSoFar<BookingCancelled>(), message => message.BookingId == held.Id);
    }

    [Theory]
    [InlineData(72, "FULL", 9500)]
    [InlineData(20, "PARTIAL", 4750)]
    [InlineData(1, "NONE", 0)]
    public async Task The_refund_follows_the_notice_that_was_given(int hours, string refund, long fen)
    {
        var offer = await bookings.Sell(Given.Offer(startsIn: TimeSpan.FromHours(hours)));
        using var tourist = bookings.As("tourist");
        var held = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer));
        await bookings.Pay(tourist, held);

        var cancelled = await BookingsFixture.Booked(
            BookingsFixture.Post(tourist, $"/v1/bookings/{held.Id}/cancel", new { }));

        Assert.Equal((refund, fen), (cancelled.Refund, cancelled.RefundFen));
    }

    [Fact]
    public async Task Some_units_can_be_given_back_and_the_others_stay()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 5));
        using var tourist = bookings.As("tourist");
        var held = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer, adults: 3));
        await bookings.Pay(tourist, held);
        var leaving = held.UnitItems[0].Id;

        var smaller = await BookingsFixture.Booked(BookingsFixture.Post(
            tourist, $"/v1/bookings/{held.Id}/cancel", new { unitItemIds = new[] { leaving } }));
        var again = await BookingsFixture.Post(
            tourist, $"/v1/bookings/{held.Id}/cancel", new { unitItemIds = new[] { leaving } });

        Assert.Equal(
            ("confirmed", 2, 19000L, 9500L), (smaller.Status, smaller.Visitors, smaller.PriceFen, smaller.RefundFen));
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Equal((2, 2), await bookings.Places(offer));
        var told = await bookings.Published<BookingUnitsCancelled>(message => message.BookingId == held.Id);
        Assert.Equal(("FULL", 1, 2, 9500L), (told.Refund, told.Visitors, told.VisitorsLeft, told.RefundFen));
    }

    [Fact]
    public async Task A_hold_that_ran_out_can_neither_be_confirmed_nor_cancelled_nor_extended()
    {
        var offer = await bookings.Sell(Given.Offer());
        using var tourist = bookings.As("tourist");
        var held = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer));
        await bookings.RunOut(held.Id);

        var paid = await BookingsFixture.Post(
            tourist, $"/v1/bookings/{held.Id}/payments", new { method = "sandbox" }, Guid.CreateVersion7().ToString());
        var cancelled = await BookingsFixture.Post(tourist, $"/v1/bookings/{held.Id}/cancel", new { });
        var extended = await BookingsFixture.Post(tourist, $"/v1/bookings/{held.Id}/extend", new { holdMinutes = 10 });

        Assert.Equal([409, 409, 409], new[] { paid, cancelled, extended }.Select(answer => (int)answer.StatusCode));
    }

    [Fact]
    public async Task Extending_never_shortens_a_hold()
    {
        var offer = await bookings.Sell(Given.Offer());
        using var tourist = bookings.As("tourist");
        var held = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer));

        var shorter = await BookingsFixture.Booked(
            BookingsFixture.Post(tourist, $"/v1/bookings/{held.Id}/extend", new { holdMinutes = 1 }));
        var longer = await BookingsFixture.Booked(
            BookingsFixture.Post(tourist, $"/v1/bookings/{held.Id}/extend", new { holdMinutes = 30 }));

        Assert.Equal(held.ExpiresAt!.Value, shorter.ExpiresAt!.Value, TimeSpan.FromMilliseconds(1));
        Assert.True(longer.ExpiresAt > held.ExpiresAt);
    }

    [Fact]
    public async Task Holds_that_run_out_expire_once_and_their_places_come_back()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 10, venueCapacity: 10));
        var held = await Task.WhenAll(Enumerable.Range(0, 5)
            .Select(_ => BookingsFixture.Booked(BookingsFixture.Hold(bookings.As("tourist"), offer))));
        foreach (var hold in held) await bookings.RunOut(hold.Id);

        await Jingdezhen.Tourism.Testing.Eventually.Equal((0, 0), () => bookings.Places(offer));

        foreach (var hold in held)
        {
            await bookings.Published<BookingExpired>(message => message.BookingId == hold.Id);
            Assert.Single(bookings.PublishedSoFar<BookingExpired>(), message => message.BookingId == hold.Id);
        }
    }

    private static Task<HttpResponseMessage> Receipt(HttpClient by, BookingResponse held, long fen) =>
        BookingsFixture.Post(
        by, $"/v1/bookings/{held.Id}/receipts", new { amountFen = fen, method = "cash" },
        Guid.CreateVersion7().ToString());
}
