using System.Net;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Bookings.Orders;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Tests.Orders;

/// <summary>What ends an order, wholly or in part: its booker, its deadline, its host, its money.</summary>
public sealed class CancelOrderTests(BookingsFixture bookings) : IClassFixture<BookingsFixture>
{
    private readonly HttpClient _tourist = bookings.As("tourist");

    [Fact]
    public async Task One_day_is_cancelled_with_the_refund_of_its_policy_and_the_rest_stays()
    {
        var soon = await bookings.Sell(Given.Offer(startsIn: TimeSpan.FromHours(12)));
        var later = await bookings.Sell(Given.Offer());
        var order = await Bought(Trip.Tickets(soon), Trip.Tickets(later));

        var answer = await Cancel(order.Id, new { day = order.Lines[0].Day });
        var left = (await answer.Content.ReadFromJsonAsync<OrderResponse>())!;
        var refund = await bookings.Published<RequestRefund>(asked => asked.SubjectId == order.Id);
        await bookings.Deliver(Trip.Settled(refund));

        Assert.Equal((HttpStatusCode.OK, "confirmed"), (answer.StatusCode, left.State));
        Assert.Equal(["cancelled", "sold"], left.Lines.Select(line => line.State));
        Assert.Equal((9_500, 9_500), (left.Lines[0].RefundFen, refund.AmountFen));
        Assert.Equal(((0, 0), (2, 2)), (await bookings.Places(soon), await bookings.Places(later)));
        Assert.Equal(9_500, (await Trip.Show(_tourist, order.Id)).RefundedFen);
        await bookings.Published<BookingCancelled>(
            cancelled => cancelled.OrderId == order.Id && cancelled.RefundFen == 9_500);
    }

    [Fact]
    public async Task Single_units_are_given_back_and_the_last_one_ends_the_order()
    {
        var kiln = await bookings.Sell(Given.Offer());
        var order = await Bought(Trip.Tickets(kiln, 3));
        var units = await bookings.Read(db => db.UnitItems.Where(item => item.BookingId == order.Lines[0].Id)
            .Select(item => item.Id).ToListAsync());

        var one = await (await Cancel(order.Id, new { unitItemIds = units.Take(1) }))
            .Content.ReadFromJsonAsync<OrderResponse>();
        var again = await Cancel(order.Id, new { unitItemIds = units.Take(1) });
        var rest = await (await Cancel(order.Id, new { unitItemIds = units.Skip(1) }))
            .Content.ReadFromJsonAsync<OrderResponse>();

        Assert.Equal(("confirmed", 9_500L), (one!.State, one.Lines[0].RefundFen));
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Equal(("cancelled", 28_500L), (rest!.State, rest.Lines[0].RefundFen));
        Assert.Equal((0, 0), await bookings.Places(kiln));
        Assert.Equal(28_500, rest.Refunds.Sum(refund => refund.AmountFen));
        var told = await bookings.Published<OrderCancelled>(cancelled => cancelled.OrderId == order.Id);
        Assert.Equal((28_500, 28_500), (told.PriceFen, told.RefundFen));
    }

    [Fact]
    public async Task Cancelled_nights_are_refunded_by_what_their_host_computes()
    {
        var order = await Bought(Trip.Tickets(await bookings.Sell(Given.Offer())), Trip.Nights(Guid.CreateVersion7()));
        var stay = order.Lines[1];

        var answer = await Cancel(order.Id, new { lineIds = new[] { stay.Id } });
        var release = await bookings.Published<ReleaseStay>(ask => ask.StayId == stay.Id);
        await bookings.Deliver(Trip.Cancelled(order, refundFen: 30_000), times: 2);

        Assert.Equal(
            (HttpStatusCode.Accepted, true, false), (answer.StatusCode, release.CancelConfirmed, release.InFull));
        var shown = await Trip.Show(_tourist, order.Id, wait: 5);
        Assert.Equal(
            ("confirmed", "cancelled", 30_000L), (shown.State, shown.Lines[1].State, shown.Lines[1].RefundFen));
        Assert.Equal(30_000, Assert.Single(shown.Refunds).AmountFen);
    }

    [Fact]
    public async Task An_unpaid_order_given_up_releases_everything_and_money_that_comes_late_goes_back()
    {
        var kiln = await bookings.Sell(Given.Offer());
        var order = await Trip.Place(_tourist, Trip.Tickets(kiln));
        var payment = await Trip.AskToPay(_tourist, order.Id);

        var given = await (await Cancel(order.Id, new { })).Content.ReadFromJsonAsync<OrderResponse>();
        await bookings.Deliver(Trip.Captured(order, payment));
        var refund = await bookings.Published<RequestRefund>(asked => asked.SubjectId == order.Id);

        Assert.Equal("cancelled", given!.State);
        Assert.Equal((0, 0), await bookings.Places(kiln));
        Assert.Equal((payment.AmountFen, payment.Key), (refund.AmountFen, refund.PaymentKey));
        await bookings.Published<CancelPayment>(dropped => dropped.Key == payment.Key);
    }

    [Fact]
    public async Task An_order_that_nobody_pays_ends_at_its_deadline()
    {
        var kiln = await bookings.Sell(Given.Offer());
        var order = await Trip.Place(_tourist, Trip.Tickets(kiln), Trip.Nights(Guid.CreateVersion7()));
        await bookings.Deliver(Trip.Held(order));

        await RunOut(order.Id);
        await bookings.Published<ReleaseStay>(ask => ask.OrderId == order.Id);
        await bookings.Deliver(Trip.Released(order));

        var ended = await Trip.Show(_tourist, order.Id, wait: 5);
        Assert.Equal(("failed", "not-paid"), (ended.State, ended.Failure!.Code));
        Assert.Equal((0, 0), await bookings.Places(kiln));
    }

    [Fact]
    public async Task A_silent_host_is_given_up_and_its_late_answer_changes_nothing()
    {
        var kiln = await bookings.Sell(Given.Offer());
        var order = await Trip.Place(_tourist, Trip.Tickets(kiln), Trip.Nights(Guid.CreateVersion7()));

        await RunOut(order.Id);
        await bookings.Published<ReleaseStay>(ask => ask.OrderId == order.Id);
        await bookings.Deliver(Trip.Held(order));
        await bookings.Deliver(Trip.Released(order));

        var ended = await Trip.Show(_tourist, order.Id, wait: 5);
        Assert.Equal(("failed", "no-answer"), (ended.State, ended.Failure!.Code));
        Assert.Equal((0, 0), await bookings.Places(kiln));
    }

    [Fact]
    public async Task Paid_nights_that_are_refused_give_the_whole_money_back()
    {
        var kiln = await bookings.Sell(Given.Offer());
        var order = await Trip.Place(_tourist, Trip.Tickets(kiln), Trip.Nights(Guid.CreateVersion7()));
        await bookings.Deliver(Trip.Held(order));
        var payment = await Trip.AskToPay(_tourist, order.Id);
        await bookings.Deliver(Trip.Captured(order, payment), times: 2);

        await bookings.Deliver(Trip.Refused(order, code: "hold-expired"));
        var refund = await bookings.Published<RequestRefund>(asked => asked.SubjectId == order.Id);
        await bookings.Deliver(Trip.Released(order));
        var releasing = await Trip.Show(_tourist, order.Id);
        await bookings.Deliver(Trip.Settled(refund), times: 3);

        var ended = await Trip.Show(_tourist, order.Id, wait: 5);
        Assert.Equal(("releasing", "failed"), (releasing.State, ended.State));
        Assert.Equal((payment.AmountFen, payment.AmountFen), (refund.AmountFen, ended.RefundedFen));
        Assert.Equal((0, 0), await bookings.Places(kiln));
        var told = await bookings.Published<OrderFailed>(failed => failed.OrderId == order.Id);
        Assert.Equal(payment.AmountFen, told.RefundFen);
    }

    [Fact]
    public async Task More_time_to_pay_is_given_to_the_tickets_too()
    {
        var kiln = await bookings.Sell(Given.Offer());
        var order = await Trip.Place(_tourist, Trip.Tickets(kiln));

        var extended = await BookingsFixture.Post(_tourist, $"/v1/orders/{order.Id}/extend", new { minutes = 25 });
        var until = (await extended.Content.ReadFromJsonAsync<OrderResponse>())!.PayUntil;
        var held =
            await bookings.Read(
            db => db.Bookings.Where(b => b.Id == order.Lines[0].Id).Select(b => b.ExpiresAt).SingleAsync());

        Assert.True(until > order.PayUntil);
        Assert.True(held > until);
    }

    [Fact]
    public async Task A_study_tour_books_by_heads_and_names_them_later()
    {
        var kiln = await bookings.Sell(Given.Offer(capacity: 40, maxUnits: 40));
        var answer = await BookingsFixture.Post(
            _tourist, "/v1/orders",
            new
            {
                lines = new[] { Trip.Tickets(kiln, 30) },
                group = new { school = "Zhushan Primary", headCount = 30, leader = Leader },
            },
            Guid.CreateVersion7().ToString());
        var order = (await answer.Content.ReadFromJsonAsync<OrderResponse>())!;

        var named = await _tourist.PutAsJsonAsync(
            new Uri($"/v1/orders/{order.Id}/names", UriKind.Relative), new { names = new[] { "王小明", "李雷" } });
        var many = await _tourist.PutAsJsonAsync(
            new Uri($"/v1/orders/{order.Id}/names", UriKind.Relative), new { names = Enumerable.Repeat("A", 31) });
        var shown = await Trip.Show(_tourist, order.Id);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict), (named.StatusCode, many.StatusCode));
        Assert.Equal(("Zhushan Primary", 30), (shown.Group!.School, shown.Group.HeadCount));
        Assert.Equal(["王**", "李**"], shown.Group.Names!);
    }

    [Fact]
    public async Task A_groups_names_are_read_by_its_booker_staff_and_whoever_receives_it()
    {
        var (kiln, other) = (await bookings.Sell(Given.Offer(maxUnits: 10)), await bookings.Sell(Given.Offer()));
        var placed = await Group(2, Leader, kiln);
        var order = (await placed.Content.ReadFromJsonAsync<OrderResponse>())!;
        await Name(order.Id, "王小明", "李雷");
        using var gate = bookings.As("merchant", merchant: kiln.Supplier.Id);

        var early = await Names(gate, order.Id);
        await bookings.Deliver(Trip.Captured(order, await Trip.AskToPay(_tourist, order.Id)));
        var seen = new[]
        {
            await Names(_tourist, order.Id), await Names(bookings.As("operator"), order.Id),
            await Names(gate, order.Id),
        };
        var strangers = new[]
        {
            await Names(bookings.As("tourist"), order.Id),
            await Names(bookings.As("merchant", merchant: other.Supplier.Id), order.Id),
        };

        Assert.All(
            seen.Select(answer => answer.Content.ReadFromJsonAsync<List<OrderNameResponse>>().Result!),
            names => Assert.Equal(["王小明", "李雷"], names.Select(name => name.Name)));
        Assert.All([early, .. strangers], answer => Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode));
    }

    [Fact]
    public async Task A_group_has_a_leader_with_a_phone_and_as_many_heads_as_tickets()
    {
        var kiln = await bookings.Sell(Given.Offer(maxUnits: 10));

        var answers = new[]
        {
            await Group(3, new { fullName = "Lin Wei" }, kiln), await Group(3, new { phone = "13800000000" }, kiln),
            await Group(2, Leader, kiln, tickets: 3),
        };

        Assert.Equal([400, 400, 409], answers.Select(answer => (int)answer.StatusCode));
        Assert.Contains("heads-mismatch", await answers[2].Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((0, 0), await bookings.Places(kiln));
    }

    [Fact]
    public async Task Nobody_is_named_for_a_trip_that_has_ended()
    {
        var kiln = await bookings.Sell(Given.Offer());
        var order = (await (await Group(2, Leader, kiln)).Content.ReadFromJsonAsync<OrderResponse>())!;
        await Cancel(order.Id, new { });

        var answer = await Name(order.Id, "王小明");

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("order-ended", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refund_that_fails_five_times_is_told_and_the_sixth_that_settles_ends_the_order()
    {
        var order = await Owing();
        var keys = new HashSet<string>();

        for (var failure = 0; failure < 5; failure++)
        {
            var asked = await bookings.Published<RequestRefund>(
                ask => ask.SubjectId == order.Id && !keys.Contains(ask.Key));
            keys.Add(asked.Key);
            await bookings.Deliver(Trip.Failed(asked));
            await Trip.RunOut(bookings, order.Id);
        }

        var stuck = await bookings.Published<OrderStuck>(told => told.OrderId == order.Id);
        var sixth = await bookings.Published<RequestRefund>(
            ask => ask.SubjectId == order.Id && !keys.Contains(ask.Key));
        var open = await bookings.As("operator").GetFromJsonAsync<List<OrderResponse>>(
            new Uri("/v1/orders?open=true&limit=100", UriKind.Relative));
        await bookings.Deliver(Trip.Settled(sixth));

        Assert.Equal((order.PriceFen, "account closed"), (stuck.AmountFen, stuck.Reason));
        Assert.Contains(open!, one => one.Id == order.Id);
        var ended = await Trip.Show(_tourist, order.Id, wait: 5);
        Assert.Equal(("failed", order.PriceFen), (ended.State, ended.RefundedFen));
    }

    [Fact]
    public async Task An_admins_own_refund_of_the_stuck_sum_ends_the_order()
    {
        var order = await Owing();
        var asked = await bookings.Published<RequestRefund>(ask => ask.SubjectId == order.Id);
        await bookings.Deliver(Trip.Failed(asked));

        await bookings.Deliver(Trip.Settled(asked with { Key = "by-hand" }));

        var ended = await Trip.Show(_tourist, order.Id);
        Assert.Equal(("failed", order.PriceFen), (ended.State, ended.RefundedFen));
    }

    [Fact]
    public async Task An_admin_ends_the_order_of_a_payer_who_cannot_be_refunded_at_all()
    {
        var order = await Owing();
        var path = $"/v1/orders/{order.Id}/refunds/settle-by-hand";
        var early = await BookingsFixture.Post(bookings.As("admin"), path, new { note = "bank transfer 17" }, "a");
        var asked = await bookings.Published<RequestRefund>(ask => ask.SubjectId == order.Id);
        await bookings.Deliver(Trip.Failed(asked));

        var tourist = await BookingsFixture.Post(_tourist, path, new { note = "bank transfer 17" }, "b");
        var keyless = await BookingsFixture.Post(bookings.As("admin"), path, new { note = "bank transfer 17" });
        var settled = await BookingsFixture.Post(bookings.As("admin"), path, new { note = "bank transfer 17" }, "c");

        Assert.Equal(
            [409, 403, 400, 200],
            new[] { early, tourist, keyless, settled }.Select(answer => (int)answer.StatusCode));
        Assert.Equal("failed", (await Trip.Show(_tourist, order.Id)).State);
        var steps = await _tourist.GetFromJsonAsync<List<OrderStepResponse>>(
            new Uri($"/v1/orders/{order.Id}/steps", UriKind.Relative));
        Assert.Contains(steps!, step => step.What == "settled-by-hand"
            && step.Detail!.EndsWith("bank transfer 17", StringComparison.Ordinal));
    }

    private static object Leader => new { fullName = "Lin Wei", phone = "13800000000" };

    private Task<HttpResponseMessage> Group(int headCount, object leader, Offer offer, int tickets = 2) =>
        BookingsFixture.Post(
            _tourist, "/v1/orders",
            new
            {
                lines = new[] { Trip.Tickets(offer, tickets) },
                group = new { school = "Zhushan Primary", headCount, leader },
            },
            Guid.CreateVersion7().ToString());

    private Task<HttpResponseMessage> Name(Guid order, params string[] names) =>
        _tourist.PutAsJsonAsync(new Uri($"/v1/orders/{order}/names", UriKind.Relative), new { names });

    private static Task<HttpResponseMessage> Names(HttpClient http, Guid order) =>
        http.GetAsync(new Uri($"/v1/orders/{order}/names", UriKind.Relative));

    /// <summary>An order whose nights were refused when it was paid: the whole money is to go back.</summary>
    private async Task<OrderResponse> Owing()
    {
        var order = await Trip.Place(
            _tourist, Trip.Tickets(await bookings.Sell(Given.Offer())), Trip.Nights(Guid.CreateVersion7()));
        await bookings.Deliver(Trip.Held(order));
        await bookings.Deliver(Trip.Captured(order, await Trip.AskToPay(_tourist, order.Id)));
        await bookings.Deliver(Trip.Refused(order, code: "hold-expired"));
        await bookings.Deliver(Trip.Released(order));
        var owing = await Trip.Show(_tourist, order.Id);
        Assert.Equal("releasing", owing.State);
        return owing;
    }

    private async Task<OrderResponse> Bought(params object[] lines)
    {
        var order = await Trip.Place(_tourist, lines);
        var stays = order.Lines.Count(line => line.Kind == "stay");
        for (var stay = 0; stay < stays; stay++) await bookings.Deliver(Trip.Held(order, stay));
        await bookings.Deliver(Trip.Captured(order, await Trip.AskToPay(_tourist, order.Id)));
        for (var stay = 0; stay < stays; stay++) await bookings.Deliver(Trip.Confirmed(order, stay));
        var bought = await Trip.Show(_tourist, order.Id, wait: 5);
        Assert.Equal("confirmed", bought.State);
        return bought;
    }

    private Task<HttpResponseMessage> Cancel(Guid order, object what) =>
        BookingsFixture.Post(_tourist, $"/v1/orders/{order}/cancel", what);

    private Task<int> RunOut(Guid order) => Trip.RunOut(bookings, order);
}
