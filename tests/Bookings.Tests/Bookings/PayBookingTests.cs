using System.Net;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Tests.Bookings;

public sealed class PayBookingTests(BookingsFixture bookings) : IClassFixture<BookingsFixture>
{
    [Fact]
    public async Task A_hold_is_confirmed_by_the_payment_of_its_frozen_price()
    {
        var offer = await bookings.Sell(Given.Offer());
        using var tourist = bookings.As("tourist");
        var held = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer, adults: 2));

        var asked = await BookingsFixture.AskToPay(tourist, held.Id);
        await bookings.Deliver(BookingsFixture.Captured(held.Id, asked));
        var paid = await BookingsFixture.Show(tourist, held.Id);

        var request = await bookings.Published<RequestPayment>(message => message.Key == asked.Key);
        Assert.Equal(("booking", held.Id, 19000L, "sandbox"),
            (request.Purpose, request.SubjectId, request.AmountFen, request.Method));
        Assert.Equal(held.ExpiresAt!.Value, request.ExpiresAt, TimeSpan.FromMilliseconds(1));
        Assert.Equal($"/v1/payments/by-key/{asked.Key}?wait=5", asked.PayAt);
        Assert.Equal(("confirmed", "payment", null), (paid.Status, paid.ConfirmedBy, paid.ExpiresAt));
        Assert.Equal(("captured", 19000L, null),
            (paid.Payments.Single().State, paid.Payments.Single().AmountFen, paid.Payments.Single().PayAt));
        var told = await bookings.Published<BookingConfirmed>(message => message.BookingId == held.Id);
        Assert.Equal(("payment", "app", 2, 19000L, 2),
            (told.Authority, told.Channel, told.Visitors, told.PriceFen, told.AgeBands["18-35"]));
    }

    [Fact]
    public async Task Asking_to_pay_again_gives_the_same_payment()
    {
        var (tourist, held) = await Held();

        var first = await BookingsFixture.AskToPay(tourist, held.Id, key: "one");
        var replayed = await BookingsFixture.AskToPay(tourist, held.Id, key: "one");
        var again = await BookingsFixture.AskToPay(tourist, held.Id, key: "two");
        await bookings.Deliver(BookingsFixture.Captured(held.Id, first));
        var afterwards = await BookingsFixture.AskToPay(tourist, held.Id, key: "three");

        Assert.All([replayed, again, afterwards], payment => Assert.Equal(first.Id, payment.Id));
        Assert.Equal("captured", afterwards.State);
        await bookings.Published<RequestPayment>(message => message.SubjectId == held.Id);
        Assert.Single(bookings.PublishedSoFar<RequestPayment>(), message => message.SubjectId == held.Id);
    }

    [Fact]
    public async Task Somebody_elses_booking_an_orders_line_and_a_strange_method_are_not_paid_here()
    {
        var (tourist, held) = await Held();
        var (_, line) = await Held(tourist);
        await bookings.Read(db => db.Database.ExecuteSqlAsync(
            $"UPDATE bookings SET order_id = {Guid.CreateVersion7()} WHERE id = {line.Id}"));

        var stranger = await Ask(bookings.As("tourist"), held);
        var ofOrder = await Ask(tourist, line);
        var cancelled = await BookingsFixture.Post(tourist, $"/v1/bookings/{line.Id}/cancel", new { });
        var strange = await BookingsFixture.Post(
            tourist, $"/v1/bookings/{held.Id}/payments", new { method = "barter" }, "k");
        var keyless = await BookingsFixture.Post(
            tourist, $"/v1/bookings/{held.Id}/payments", new { method = "sandbox" });
        var merchant = await Ask(bookings.As("merchant", merchant: Guid.CreateVersion7()), held);

        Assert.Equal(
            [404, 409, 409, 400, 400, 403],
            new[] { stranger, ofOrder, cancelled, strange, keyless, merchant }.Select(
                answer => (int)answer.StatusCode));
        Assert.Contains("part-of-order", await ofOrder.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "CNY")]
    [InlineData(9499, "CNY")]
    [InlineData(9501, "CNY")]
    [InlineData(9500, "USD")]
    public async Task Another_amount_or_currency_never_confirms_and_goes_back(long fen, string currency)
    {
        var (tourist, held) = await Held();
        var asked = await BookingsFixture.AskToPay(tourist, held.Id);

        await bookings.Deliver(BookingsFixture.Captured(held.Id, asked, fen) with { Currency = currency });

        var shown = await BookingsFixture.Show(tourist, held.Id);
        Assert.Equal(("on-hold", "wrong-amount", fen),
            (shown.Status, shown.Refunds.Single().Reason, shown.Refunds.Single().AmountFen));
        await bookings.Published<RequestRefund>(message => message.PaymentKey == asked.Key && message.AmountFen == fen);
    }

    [Fact]
    public async Task Money_for_a_price_that_changed_since_goes_back_and_the_new_price_is_asked_for()
    {
        var (tourist, held) = await Held(adults: 2);
        var old = await BookingsFixture.AskToPay(tourist, held.Id);
        await BookingsFixture.Booked(BookingsFixture.Post(
            tourist, $"/v1/bookings/{held.Id}/cancel", new { unitItemIds = new[] { held.UnitItems[0].Id } }));

        var now = await BookingsFixture.AskToPay(tourist, held.Id);
        await bookings.Deliver(BookingsFixture.Captured(held.Id, old));
        await bookings.Deliver(BookingsFixture.Captured(held.Id, now));

        var shown = await BookingsFixture.Show(tourist, held.Id);
        Assert.NotEqual(old.Id, now.Id);
        Assert.Equal(("confirmed", 9500L), (shown.Status, now.AmountFen));
        Assert.Equal(("wrong-amount", 19000L), (shown.Refunds.Single().Reason, shown.Refunds.Single().AmountFen));
    }

    [Fact]
    public async Task The_same_capture_confirms_once_however_often_and_under_whatever_message_it_comes()
    {
        var (tourist, held) = await Held();
        var asked = await BookingsFixture.AskToPay(tourist, held.Id);
        var captured = BookingsFixture.Captured(held.Id, asked);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => bookings.Deliver(captured, times: 4)));

        var shown = await BookingsFixture.Show(tourist, held.Id);
        Assert.Equal(("confirmed", 0), (shown.Status, shown.Refunds.Count));
        await bookings.Published<BookingConfirmed>(message => message.BookingId == held.Id);
        Assert.Single(bookings.PublishedSoFar<BookingConfirmed>(), message => message.BookingId == held.Id);
    }

    [Fact]
    public async Task Without_the_memory_of_the_capture_its_second_message_would_send_the_money_back()
    {
        var (tourist, held) = await Held();
        var asked = await BookingsFixture.AskToPay(tourist, held.Id);
        var captured = BookingsFixture.Captured(held.Id, asked);
        await bookings.Deliver(captured);
        await bookings.Read(db => db.Database.ExecuteSqlAsync(
            $"UPDATE booking_payments SET state = 'Asked' WHERE id = {asked.Id}"));

        await bookings.Deliver(captured);

        Assert.Equal("already-confirmed", (await BookingsFixture.Show(tourist, held.Id)).Refunds.Single().Reason);
    }

    [Fact]
    public async Task A_late_payer_keeps_the_places_while_some_are_left()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 3, venueCapacity: 3));
        using var tourist = bookings.As("tourist");
        var held = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer, adults: 2));
        var asked = await BookingsFixture.AskToPay(tourist, held.Id);
        await bookings.RunOut(held.Id);
        await Eventually.Equal((0, 0), () => bookings.Places(offer));

        await bookings.Deliver(BookingsFixture.Captured(held.Id, asked) with { Late = true });

        var shown = await BookingsFixture.Show(tourist, held.Id);
        Assert.Equal(("confirmed", "payment", 0), (shown.Status, shown.ConfirmedBy, shown.Refunds.Count));
        Assert.Equal((2, 2), await bookings.Places(offer));
        Assert.Equal(2,
            await bookings.Read(
            db => db.VenueDays.Where(day => day.Id == offer.Day!.Id).Select(day => day.Taken).SingleAsync()));
    }

    [Fact]
    public async Task A_payer_whose_hold_ran_out_a_moment_ago_pays_before_the_sweep_comes()
    {
        var (tourist, held) = await Held();
        var asked = await BookingsFixture.AskToPay(tourist, held.Id);

        await bookings.RunOut(held.Id);
        await bookings.Deliver(BookingsFixture.Captured(held.Id, asked));

        Assert.Equal("confirmed", (await BookingsFixture.Show(tourist, held.Id)).Status);
        Assert.Equal(1,
            await bookings.Read(
            db => db.Slots.Where(slot => slot.Id == held.AvailabilityId).Select(slot => slot.Taken).SingleAsync()));
    }

    [Fact]
    public async Task A_late_payer_whose_places_were_sold_gets_the_money_back()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 2));
        using var tourist = bookings.As("tourist");
        var held = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer, adults: 2));
        var asked = await BookingsFixture.AskToPay(tourist, held.Id);
        await bookings.RunOut(held.Id);
        await BookingsFixture.Booked(BookingsFixture.Hold(bookings.As("tourist"), offer));

        await bookings.Deliver(BookingsFixture.Captured(held.Id, asked), times: 3);

        var shown = await BookingsFixture.Show(tourist, held.Id);
        Assert.Equal(("expired", "sold-out", 19000L),
            (shown.Status, shown.Refunds.Single().Reason, shown.Refunds.Single().AmountFen));
        Assert.Equal((1, 1), await bookings.Places(offer));
        await bookings.Published<RequestRefund>(message => message.PaymentKey == asked.Key);
        Assert.Single(bookings.PublishedSoFar<RequestRefund>(), message => message.PaymentKey == asked.Key);
    }

    [Fact]
    public async Task Of_eight_late_payers_for_three_places_three_are_let_in_and_five_refunded()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 8));

        var statuses = await PayLate(bookings, offer, payers: 8, places: 3);

        Assert.Equal(
            (3, 5), (statuses.Count(status => status == "confirmed"), statuses.Count(status => status == "expired")));
        Assert.Equal((3, 3), await bookings.Places(offer));
    }

    [Fact]
    public async Task Without_the_slots_lock_and_the_check_late_payers_oversell()
    {
        await using var unguarded = new UnguardedBookings();
        await unguarded.InitializeAsync();
        await unguarded.ExecuteAsOwner("ALTER TABLE slots DROP CONSTRAINT slot_not_oversold");
        var seen = false;

        for (var round = 0; round < 20 && !seen; round++)
        {
            var offer = await unguarded.Sell(Given.Offer(capacity: 8));
            await PayLate(unguarded, offer, payers: 8, places: 1);
            seen = (await unguarded.Places(offer)).Summed > 1;
        }

        Assert.True(seen);
    }

    [Fact]
    public async Task A_late_payers_document_may_be_in_use_by_then()
    {
        var offer = await bookings.Sell(Given.Offer(realName: true));
        using var tourist = bookings.As("tourist");
        var held = await BookingsFixture.Booked(Named(tourist, offer, "E11111111"));
        var asked = await BookingsFixture.AskToPay(tourist, held.Id);
        var other = await BookingsFixture.Booked(Named(tourist, offer, "E22222222"));
        var otherAsked = await BookingsFixture.AskToPay(tourist, other.Id);
        await bookings.RunOut(held.Id);
        await bookings.RunOut(other.Id);
        await BookingsFixture.Booked(Named(bookings.As("tourist"), offer, "E11111111"));

        await bookings.Deliver(BookingsFixture.Captured(held.Id, asked));
        await bookings.Deliver(BookingsFixture.Captured(other.Id, otherAsked));
        var again = await Named(tourist, offer, "E22222222");

        var shown = await BookingsFixture.Show(tourist, held.Id);
        Assert.Equal(("expired", "identity-used"), (shown.Status, shown.Refunds.Single().Reason));
        Assert.Equal("confirmed", (await BookingsFixture.Show(tourist, other.Id)).Status);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task A_failed_payment_leaves_the_hold_and_another_one_may_follow()
    {
        var (tourist, held) = await Held();
        var declined = await BookingsFixture.AskToPay(tourist, held.Id);
        await bookings.Deliver(new PaymentFailed(Guid.CreateVersion7(), declined.Key, "booking", held.Id, "declined"));

        var second = await BookingsFixture.AskToPay(tourist, held.Id);
        await bookings.Deliver(BookingsFixture.Captured(held.Id, second));

        var shown = await BookingsFixture.Show(tourist, held.Id);
        Assert.NotEqual(declined.Id, second.Id);
        Assert.Equal("confirmed", shown.Status);
        Assert.Equal([("failed", "declined"), ("captured", null)],
            shown.Payments.Select(payment => (payment.State, payment.FailureReason)));
    }

    [Fact]
    public async Task Of_two_captures_of_one_booking_one_confirms_and_the_other_goes_back_in_whatever_order()
    {
        var (tourist, held) = await Held();
        var first = await BookingsFixture.AskToPay(tourist, held.Id);
        await bookings.Deliver(new PaymentFailed(Guid.CreateVersion7(), first.Key, "booking", held.Id, "expired"));
        var second = await BookingsFixture.AskToPay(tourist, held.Id);

        await Task.WhenAll(
            bookings.Deliver(BookingsFixture.Captured(held.Id, first)),
            bookings.Deliver(BookingsFixture.Captured(held.Id, second)));

        var shown = await BookingsFixture.Show(tourist, held.Id);
        Assert.Equal(("confirmed", 1, 9500L), (shown.Status, shown.Refunds.Count, shown.Refunds[0].AmountFen));
        Assert.All(shown.Payments, payment => Assert.Equal("captured", payment.State));
    }

    [Fact]
    public async Task A_failure_that_overtakes_its_capture_changes_nothing()
    {
        var (tourist, held) = await Held();
        var asked = await BookingsFixture.AskToPay(tourist, held.Id);

        await bookings.Deliver(BookingsFixture.Captured(held.Id, asked));
        await bookings.Deliver(new PaymentFailed(Guid.CreateVersion7(), asked.Key, "booking", held.Id, "expired"));

        var shown = await BookingsFixture.Show(tourist, held.Id);
        Assert.Equal(("confirmed", "captured"), (shown.Status, shown.Payments.Single().State));
    }

    [Fact]
    public async Task Money_that_comes_after_the_cancellation_goes_back()
    {
        var (tourist, held) = await Held();
        var asked = await BookingsFixture.AskToPay(tourist, held.Id);
        await BookingsFixture.Booked(BookingsFixture.Post(tourist, $"/v1/bookings/{held.Id}/cancel", new { }));

        await bookings.Deliver(BookingsFixture.Captured(held.Id, asked));

        var shown = await BookingsFixture.Show(tourist, held.Id);
        Assert.Equal(("cancelled", "not-on-hold", 9500L),
            (shown.Status, shown.Refunds.Single().Reason, shown.Refunds.Single().AmountFen));
    }

    [Theory]
    [InlineData(72, 19000, 9500, 9500)]
    [InlineData(20, 9500, 4750, 4750)]
    [InlineData(1, 0, 0, 0)]
    public async Task Cancelling_a_paid_booking_gives_back_by_the_policy_in_one_piece_or_two(
        int hours, long whole, long unit, long rest)
    {
        var (tourist, first) = await Paid(hours);
        var (_, second) = await Paid(hours, tourist);

        await BookingsFixture.Booked(BookingsFixture.Post(tourist, $"/v1/bookings/{first.Id}/cancel", new { }));
        await BookingsFixture.Booked(BookingsFixture.Post(
            tourist, $"/v1/bookings/{second.Id}/cancel", new { unitItemIds = new[] { second.UnitItems[0].Id } }));
        var cancelled = await BookingsFixture.Booked(
            BookingsFixture.Post(tourist, $"/v1/bookings/{second.Id}/cancel", new { }));

        var shown = await BookingsFixture.Show(tourist, first.Id);
        Assert.Equal(whole, shown.Refunds.Sum(refund => refund.AmountFen));
        Assert.Equal(new[] { unit, rest }.Where(fen => fen > 0), cancelled.Refunds.Select(refund => refund.AmountFen));
        Assert.Equal(unit + rest, cancelled.RefundFen);
        var told = await bookings.Published<BookingCancelled>(message => message.BookingId == second.Id);
        Assert.Equal(rest, told.RefundFen);
        foreach (var refund in cancelled.Refunds)
        {
            await bookings.Published<RequestRefund>(message => message.PaymentKey == second.Payments.Single().Key
                && message.AmountFen == refund.AmountFen && message.Purpose == "booking"
                    && message.SubjectId == second.Id);
        }
    }

    [Fact]
    public async Task Whether_the_refund_arrived_is_shown_and_news_may_overtake_each_other()
    {
        var (tourist, paid) = await Paid(hours: 72);
        await BookingsFixture.Booked(BookingsFixture.Post(tourist, $"/v1/bookings/{paid.Id}/cancel", new { }));
        var asked = await bookings.Published<RequestRefund>(message => message.SubjectId == paid.Id);
        var failed = new RefundFailed(
            asked.Key, asked.PaymentKey, "booking", paid.Id, asked.AmountFen, "account closed");
        var settled = new RefundSettled(
            Guid.CreateVersion7(), asked.Key, Guid.CreateVersion7(), asked.PaymentKey, "booking", paid.Id,
            asked.AmountFen, "CNY",
            Given.Now);

        await bookings.Deliver(failed);
        var afterFailure = (await BookingsFixture.Show(tourist, paid.Id)).Refunds.Single();
        await bookings.Deliver(settled, times: 3);
        await bookings.Deliver(failed);
        var afterSettlement = (await BookingsFixture.Show(tourist, paid.Id)).Refunds.Single();

        Assert.Equal(("failed", "account closed"), (afterFailure.State, afterFailure.FailureReason));
        Assert.Equal(("settled", null), (afterSettlement.State, afterSettlement.FailureReason));
        Assert.Equal(Given.Now, afterSettlement.SettledAt!.Value, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task A_refund_that_failed_is_asked_for_again_under_another_key_until_it_arrives()
    {
        var (tourist, paid) = await Paid(hours: 72);
        await BookingsFixture.Booked(BookingsFixture.Post(tourist, $"/v1/bookings/{paid.Id}/cancel", new { }));
        var first = await bookings.Published<RequestRefund>(message => message.SubjectId == paid.Id);

        await bookings.Deliver(Failed(first));
        await HurryRefunds(paid.Id);
        var second = await bookings.Published<RequestRefund>(
            message => message.SubjectId == paid.Id && message.Key != first.Key);
        await bookings.Deliver(Failed(second));
        var pause = await bookings.Read(db => db.BookingRefunds.Where(refund => refund.Key == second.Key)
            .Select(refund => refund.AskAgainAt - refund.AskedAt).SingleAsync());
        await bookings.Deliver(Settled(second));

        Assert.Equal((first.AmountFen, first.PaymentKey), (second.AmountFen, second.PaymentKey));
        Assert.True(pause >= TimeSpan.FromMinutes(2), $"{pause}");
        var shown = (await BookingsFixture.Show(tourist, paid.Id)).Refunds;
        Assert.Equal(["failed", "settled"], shown.OrderBy(refund => refund.AskedAt).Select(refund => refund.State));
        Assert.Equal(0, await bookings.Read(db => db.BookingRefunds.CountAsync(
            refund => refund.BookingId == paid.Id && refund.AskAgainAt != null)));
    }

    [Fact]
    public async Task An_admins_own_refund_of_a_failed_sum_is_the_last()
    {
        var (tourist, paid) = await Paid(hours: 72);
        await BookingsFixture.Booked(BookingsFixture.Post(tourist, $"/v1/bookings/{paid.Id}/cancel", new { }));
        var asked = await bookings.Published<RequestRefund>(message => message.SubjectId == paid.Id);
        await bookings.Deliver(Failed(asked));

        await bookings.Deliver(Settled(asked with { Key = "by-hand" }));

        Assert.Equal("settled", (await BookingsFixture.Show(tourist, paid.Id)).Refunds.Single().State);
        Assert.Equal(0, await bookings.Read(db => db.BookingRefunds.CountAsync(
            refund => refund.BookingId == paid.Id && refund.AskAgainAt != null)));
    }

    private static RefundFailed Failed(RequestRefund asked) =>
        new(asked.Key, asked.PaymentKey, "booking", asked.SubjectId, asked.AmountFen, "account closed");

    private static RefundSettled Settled(RequestRefund asked) => new(
        Guid.CreateVersion7(), asked.Key, Guid.CreateVersion7(), asked.PaymentKey, "booking", asked.SubjectId,
        asked.AmountFen, "CNY", Given.Now);

    private Task<int> HurryRefunds(Guid booking) => bookings.Read(db => db.Database.ExecuteSqlAsync(
        $"""
        UPDATE booking_refunds SET ask_again_at = now() WHERE booking_id = {booking} AND ask_again_at IS NOT NULL
        """));

    [Fact]
    public async Task Money_of_an_order_is_none_of_a_bookings_business_and_money_for_nothing_goes_back()
    {
        var (tourist, held) = await Held();
        var asked = await BookingsFixture.AskToPay(tourist, held.Id);
        var unknown = Guid.CreateVersion7();

        await bookings.Deliver(BookingsFixture.Captured(held.Id, asked) with { Purpose = "stay" });
        await bookings.Deliver(BookingsFixture.Captured(unknown, asked) with { Key = "of-nobody" });
        await bookings.Deliver(BookingsFixture.Captured(held.Id, asked) with { Key = "never-asked" });

        var shown = await BookingsFixture.Show(tourist, held.Id);
        Assert.Equal(("on-hold", "asked", "not-asked"),
            (shown.Status, shown.Payments.Single().State, shown.Refunds.Single().Reason));
        await bookings.Published<RequestRefund>(
            message => message.PaymentKey == "of-nobody" && message.SubjectId == unknown);
        await bookings.Published<RequestRefund>(
            message => message.PaymentKey == "never-asked" && message.SubjectId == held.Id);
    }

    [Fact]
    public async Task A_free_place_is_confirmed_by_asking()
    {
        var offer = Given.Offer();
        offer.Adult.PriceFen = 0;
        await bookings.Sell(offer);
        using var tourist = bookings.As("tourist");
        var held = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer));

        var paid = await BookingsFixture.AskToPay(tourist, held.Id);

        Assert.Equal(("captured", 0L, "free"), (paid.State, paid.AmountFen, paid.Method));
        Assert.Equal("confirmed", (await BookingsFixture.Show(tourist, held.Id)).Status);
        await bookings.Published<BookingConfirmed>(message => message.BookingId == held.Id);
        Assert.DoesNotContain(bookings.PublishedSoFar<RequestPayment>(), message => message.SubjectId == held.Id);
    }

    [Fact]
    public async Task The_document_of_a_unit_that_was_given_back_may_be_used_again()
    {
        var offer = await bookings.Sell(Given.Offer(realName: true));
        using var tourist = bookings.As("tourist");
        var held = await BookingsFixture.Booked(Named(tourist, offer, "E33333333", "E44444444"));
        await bookings.Pay(tourist, held);
        var leaving = held.UnitItems.Single(item => item.Identity!.EndsWith("3333", StringComparison.Ordinal));

        var used = await Named(tourist, offer, "E33333333");
        await BookingsFixture.Booked(BookingsFixture.Post(
            tourist, $"/v1/bookings/{held.Id}/cancel", new { unitItemIds = new[] { leaving.Id } }));
        var free = await Named(tourist, offer, "E33333333");
        var stillUsed = await Named(tourist, offer, "E44444444");

        Assert.Equal([409, 201, 409], new[] { used, free, stillUsed }.Select(answer => (int)answer.StatusCode));
    }

    // All hold, all let it run out, and all come back for the few places that are left by then.
    private static async Task<List<string>> PayLate(BookingsFixture fixture, Offer offer, int payers, int places)
    {
        using var tourist = fixture.As("tourist");
        var late = new List<PaymentCaptured>();
        for (var payer = 0; payer < payers; payer++)
        {
            var held = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer));
            late.Add(BookingsFixture.Captured(held.Id, await BookingsFixture.AskToPay(tourist, held.Id)));
        }

        foreach (var captured in late) await fixture.RunOut(captured.SubjectId);
        await Eventually.Equal((0, 0), () => fixture.Places(offer));
        await fixture.Read(db => db.Database.ExecuteSqlAsync(
            $"UPDATE slots SET capacity = {places} WHERE id = {offer.Slot.Id}"));
        await Task.WhenAll(late.Select(captured => fixture.Deliver(captured)));
        var shown = await Task.WhenAll(late.Select(captured => BookingsFixture.Show(tourist, captured.SubjectId)));
        return [.. shown.Select(booking => booking.Status)];
    }

    private async Task<(
        HttpClient Tourist, BookingResponse Held)> Held(HttpClient? by = null, int adults = 1, int hours = 72)
    {
        var offer = await bookings.Sell(Given.Offer(startsIn: TimeSpan.FromHours(hours)));
        var tourist = by ?? bookings.As("tourist");
        return (tourist, await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer, adults)));
    }

    private async Task<(HttpClient Tourist, BookingResponse Paid)> Paid(int hours, HttpClient? by = null)
    {
        var (tourist, held) = await Held(by, adults: 2, hours);
        return (tourist, await bookings.Pay(tourist, held));
    }

    private static Task<HttpResponseMessage> Ask(HttpClient http, BookingResponse booking) => BookingsFixture.Post(
        http, $"/v1/bookings/{booking.Id}/payments", new { method = "sandbox" }, Guid.CreateVersion7().ToString());

    private static Task<HttpResponseMessage> Named(HttpClient http, Offer offer, params string[] passports) =>
        BookingsFixture.Hold(http, new
        {
            availabilityId = offer.Slot.Id,
            unitItems = passports.Select(number =>
                new { unitId = offer.Adult.Id, identity = new { type = "passport", number } }).ToArray(),
        });

    private sealed class UnguardedBookings : BookingsFixture, IAsyncDisposable
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string>(base.Settings) { ["Guards:SlotLock"] = "false" };

        async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();
    }
}
