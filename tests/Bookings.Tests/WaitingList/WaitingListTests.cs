using System.Net;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Bookings.WaitingList;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Contracts.Notifications.V1;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Tests.WaitingList;

public sealed class WaitingListTests(WaitingFixture bookings) : IClassFixture<WaitingFixture>
{
    [Fact]
    public async Task A_party_stands_in_line_where_it_finds_no_places_and_sees_its_position()
    {
        var offer = await bookings.SoldOut(capacity: 3);
        var half = await bookings.Sell(Given.Offer(capacity: 3));
        using var tourist = bookings.As("tourist");

        var first = await bookings.Joined(offer, 2);
        var second = await bookings.Joined(offer, 1, tourist);
        var again = await WaitingFixture.Join(tourist, offer, 1);
        var tooLarge = await WaitingFixture.Join(bookings.As("tourist"), offer, 4);
        var needless = await WaitingFixture.Join(bookings.As("tourist"), half, 3);
        var keyless = await BookingsFixture.Post(
            tourist, "/v1/waiting-parties", new { availabilityId = offer.Slot.Id });

        Assert.Equal((1, 0), (first.Position, first.VisitorsAhead));
        Assert.Equal((2, 2), (second.Position, second.VisitorsAhead));
        Assert.Equal([409, 409, 409, 400],
            new[] { again, tooLarge, needless, keyless }.Select(answer => (int)answer.StatusCode));
        Assert.Contains("already-waiting", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("too-large", await tooLarge.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("places-left", await needless.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Joining_twice_with_one_key_is_joining_once()
    {
        var offer = await bookings.SoldOut(capacity: 1);
        using var tourist = bookings.As("tourist");

        var one = await bookings.Joined(offer, 1, tourist, key: "k");
        var two = await bookings.Joined(offer, 1, tourist, key: "k");

        Assert.Equal(one.Id, two.Id);
        Assert.Equal(
            1, await bookings.Read(db => db.WaitingParties.CountAsync(party => party.SlotId == offer.Slot.Id)));
    }

    [Fact]
    public async Task Whoever_comes_while_others_wait_stands_behind_them()
    {
        var offer = await bookings.SoldOut(capacity: 4);
        await bookings.Joined(offer, 4);
        await bookings.GiveBack(offer, 1);

        var walkIn = await BookingsFixture.Hold(bookings.As("tourist"), offer);
        var counter = await BookingsFixture.Post(
            bookings.As("merchant", merchant: offer.Supplier.Id), "/v1/counter-sales",
            new { availabilityId = offer.Slot.Id, unitItems = BookingsFixture.Units(offer, 1) },
            Guid.CreateVersion7().ToString());
        var reseller = await BookingsFixture.Post(
            bookings.As("reseller", merchant: Guid.CreateVersion7()), "/octo/bookings", new
        {
            productId = offer.Product.Id, optionId = offer.Option.Id, availabilityId = offer.Slot.Id,
            unitItems = new[] { new { unitId = offer.Adult.Id } },
        });
        var day = $"{offer.Slot.LocalDate:yyyy-MM-dd}";
        var seen = await bookings.Anonymous().GetStringAsync(
            new Uri($"/v1/availability?productId={offer.Product.Id}&from={day}&to={day}", UriKind.Relative));

        Assert.Equal([409, 409, 400], new[] { walkIn, counter, reseller }.Select(answer => (int)answer.StatusCode));
        Assert.Contains("waited-for", await walkIn.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("SOLD_OUT", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_mark_on_the_slot_a_walk_in_takes_what_the_line_waits_for()
    {
        var offer = await bookings.SoldOut(capacity: 2);
        await bookings.Joined(offer, 2);
        await bookings.Read(
            db => db.Database.ExecuteSqlAsync($"UPDATE slots SET waited_for = false WHERE id = {offer.Slot.Id}"));
        await bookings.GiveBack(offer, 1);

        var walkIn = await BookingsFixture.Hold(bookings.As("tourist"), offer);

        Assert.Equal(HttpStatusCode.Created, walkIn.StatusCode);
    }

    [Fact]
    public async Task A_party_of_four_gets_all_four_places_when_they_have_come_back_and_never_three()
    {
        var offer = await bookings.SoldOut(capacity: 5);
        using var tourist = bookings.As("tourist");
        var party = await bookings.Joined(offer, 4, tourist);

        await bookings.GiveBack(offer, 3);
        await bookings.Allot(offer);
        var waiting = await WaitingFixture.Show(tourist, party);
        await bookings.GiveBack(offer, 1);
        var offered = await WaitingFixture.Offered(tourist, party);

        Assert.Equal("waiting", waiting.State);
        var booking = await BookingsFixture.Show(tourist, offered.BookingId!.Value);
        Assert.Equal(("on-hold", 4), (booking.Status, booking.Visitors));
        Assert.Equal((5, 5), await bookings.Places(offer));
        var told = await bookings.Published<NotifyAccount>(message => message.Key == $"offer:{party.Id}");
        Assert.Equal(("offer", $"/bookings/{booking.Id}"), (told.Topic, told.Values["link"]));
        Assert.NotEqual(told.Values["what.zh"], told.Values["what.en"]);
        Assert.True((await bookings.Published<BookingHeld>(held => held.BookingId == booking.Id)).Offered);
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("expired")]
    [InlineData("given back in part")]
    [InlineData("more capacity")]
    public async Task Places_come_to_the_line_however_they_came_back(string how)
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 2));
        using var seller = bookings.As("tourist");
        var sold = await BookingsFixture.Booked(BookingsFixture.Hold(seller, offer, adults: 2));
        if (how != "expired") await bookings.Pay(seller, sold);
        using var tourist = bookings.As("tourist");
        var party = await bookings.Joined(offer, 1, tourist);

        switch (how)
        {
            case "cancelled":
                await BookingsFixture.Booked(BookingsFixture.Post(seller, $"/v1/bookings/{sold.Id}/cancel", new { }));
                break;
            case "expired":
                await bookings.RunOut(sold.Id);
                break;
            case "given back in part":
                await BookingsFixture.Booked(BookingsFixture.Post(
                    seller, $"/v1/bookings/{sold.Id}/cancel", new { unitItemIds = new[] { sold.UnitItems[0].Id } }));
                break;
            default:
                var grown = await bookings.As("merchant", merchant: offer.Supplier.Id).PatchAsJsonAsync(
                    new Uri($"/v1/availability/{offer.Slot.Id}", UriKind.Relative), new { capacity = 3 });
                Assert.Equal(HttpStatusCode.NoContent, grown.StatusCode);
                break;
        }

        Assert.NotNull((await WaitingFixture.Offered(tourist, party)).BookingId);
    }

    [Fact]
    public async Task Paying_the_offer_accepts_it_and_the_slot_is_sold_freely_again()
    {
        var offer = await bookings.SoldOut(capacity: 2);
        using var tourist = bookings.As("tourist");
        var party = await bookings.Joined(offer, 1, tourist);
        await bookings.GiveBack(offer, 2);
        var offered = await WaitingFixture.Offered(tourist, party);
        var booking = await BookingsFixture.Show(tourist, offered.BookingId!.Value);

        var extended = await BookingsFixture.Post(
            tourist, $"/v1/bookings/{booking.Id}/extend", new { holdMinutes = 30 });
        var paid = await bookings.Pay(tourist, booking);
        var accepted = await WaitingFixture.Ended(tourist, party, "accepted");
        var walkIn = await BookingsFixture.Hold(bookings.As("tourist"), offer);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Created), (extended.StatusCode, walkIn.StatusCode));
        Assert.Equal(("confirmed", 9500L), (paid.Status, paid.PriceFen));
        Assert.Null(accepted.Position);
    }

    [Theory]
    [InlineData("lapsed")]
    [InlineData("declined")]
    public async Task An_offer_that_is_not_taken_goes_to_the_next(string how)
    {
        var offer = await bookings.SoldOut(capacity: 1);
        using var one = bookings.As("tourist");
        using var two = bookings.As("tourist");
        var first = await bookings.Joined(offer, 1, one);
        var second = await bookings.Joined(offer, 1, two);
        await bookings.GiveBack(offer, 1);
        var offered = await WaitingFixture.Offered(one, first);

        var leaving = await BookingsFixture.Post(one, $"/v1/waiting-parties/{first.Id}/leave", new { });
        if (how == "lapsed") await bookings.RunOut(offered.BookingId!.Value);
        else await BookingsFixture.Booked(
            BookingsFixture.Post(one, $"/v1/bookings/{offered.BookingId}/cancel", new { }));

        await WaitingFixture.Offered(two, second);
        Assert.Equal(HttpStatusCode.Conflict, leaving.StatusCode);
        Assert.Equal(how, (await WaitingFixture.Show(one, first)).State);
        Assert.Equal((1, 1), await bookings.Places(offer));
    }

    [Fact]
    public async Task Whoever_leaves_makes_room_in_the_line_and_only_ones_own_party_can()
    {
        var offer = await bookings.SoldOut(capacity: 2);
        using var one = bookings.As("tourist");
        using var two = bookings.As("tourist");
        var first = await bookings.Joined(offer, 2, one);
        var second = await bookings.Joined(offer, 1, two);

        var foreign = await BookingsFixture.Post(two, $"/v1/waiting-parties/{first.Id}/leave", new { });
        var left = await BookingsFixture.Post(one, $"/v1/waiting-parties/{first.Id}/leave", new { });
        var twice = await BookingsFixture.Post(one, $"/v1/waiting-parties/{first.Id}/leave", new { });

        Assert.Equal([404, 200, 200], new[] { foreign, left, twice }.Select(answer => (int)answer.StatusCode));
        Assert.Equal(1, (await WaitingFixture.Show(two, second)).Position);
        Assert.Equal(HttpStatusCode.NotFound,
            (await two.GetAsync(new Uri($"/v1/waiting-parties/{first.Id}", UriKind.Relative))).StatusCode);
        var mine = await one.GetFromJsonAsync<List<WaitingPartyResponse>>(
            new Uri("/v1/waiting-parties", UriKind.Relative));
        Assert.Equal("left", mine!.Single().State);
    }

    [Fact]
    public async Task The_venues_day_counts_for_the_line_too()
    {
        var offer = await bookings.SoldOut(capacity: 5, venueCapacity: 2, sold: 2);
        using var tourist = bookings.As("tourist");
        var party = await bookings.Joined(offer, 3, tourist);
        await bookings.Read(db => db.VenueDays.Where(day => day.Id == offer.Day!.Id)
            .ExecuteUpdateAsync(day => day.SetProperty(d => d.Capacity, 4)));

        await bookings.Allot(offer);
        var waiting = await WaitingFixture.Show(tourist, party);
        await bookings.Read(db => db.VenueDays.Where(day => day.Id == offer.Day!.Id)
            .ExecuteUpdateAsync(day => day.SetProperty(d => d.Capacity, 5)));

        Assert.Equal("waiting", waiting.State);
        await WaitingFixture.Offered(tourist, party);
    }

    [Fact]
    public async Task A_party_whose_document_is_in_use_by_then_is_dropped_and_the_next_one_asked()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 1, realName: true));
        using var seller = bookings.As("tourist");
        var sold = await BookingsFixture.Booked(Named(seller, offer, "E10000001"));

        // Of the same day in Jingdezhen, whatever the hour now: a document is in use for a day.
        var apart = offer.Slot.StartsAt.AddHours(8).UtcDateTime.Hour < 12 ? 3 : -3;
        var other = Given.Slot(offer.Product, offer.Option, null, offer.Slot.StartsAt.AddHours(apart), capacity: 5);
        await bookings.Save(other);
        using var one = bookings.As("tourist");
        using var two = bookings.As("tourist");
        var first = await Joined(one, offer, "E10000002");
        var second = await Joined(two, offer, "E10000003");
        var nameless = await WaitingFixture.Join(bookings.As("tourist"), offer, 1);
        await BookingsFixture.Booked(Named(one, offer with { Slot = other }, "E10000002"));

        await BookingsFixture.Booked(BookingsFixture.Post(seller, $"/v1/bookings/{sold.Id}/cancel", new { }));

        await WaitingFixture.Offered(two, second);
        Assert.Equal("dropped", (await WaitingFixture.Show(one, first)).State);
        await bookings.Published<NotifyAccount>(told => told.Key == $"waiting-ended:{first.Id}");
        Assert.Equal(HttpStatusCode.BadRequest, nameless.StatusCode);
        Assert.True((await bookings.Replayed(offer)).Agrees);
    }

    [Fact]
    public async Task When_sales_end_the_line_is_told_so()
    {
        var offer = await bookings.SoldOut(capacity: 1);
        using var tourist = bookings.As("tourist");
        var party = await bookings.Joined(offer, 1, tourist);

        await bookings.ExecuteAsOwner($"UPDATE slots SET cutoff_at = now() WHERE id = '{offer.Slot.Id}'");

        Assert.NotNull((await WaitingFixture.Ended(tourist, party, "closed")).EndedAt);
        var told = await bookings.Published<NotifyAccount>(told => told.Key == $"waiting-ended:{party.Id}");
        Assert.Equal("waiting-ended", told.Topic);
        Assert.Equal(409, (int)(await WaitingFixture.Join(bookings.As("tourist"), offer, 1)).StatusCode);
    }

    [Fact]
    public async Task The_merchant_sees_its_line_and_nobody_elses()
    {
        var offer = await bookings.SoldOut(capacity: 2);
        await bookings.Joined(offer, 2);
        await bookings.Joined(offer, 1);
        var path = new Uri($"/v1/availability/{offer.Slot.Id}/waiting-parties", UriKind.Relative);

        var line = await bookings.As("merchant", merchant: offer.Supplier.Id)
            .GetFromJsonAsync<List<PartyInLineResponse>>(path);
        var others = await bookings.As("merchant", merchant: Guid.CreateVersion7()).GetAsync(path);
        var tourist = await bookings.As("tourist").GetAsync(path);
        var staff = await bookings.As("operator").GetAsync(path);

        Assert.Equal([2, 1], line!.Select(party => party.Visitors));
        Assert.Equal([404, 404, 200], new[] { others, tourist, staff }.Select(answer => (int)answer.StatusCode));
    }

    [Fact]
    public async Task The_log_replays_to_what_was_done_and_shows_what_was_tampered_with()
    {
        var offer = await bookings.SoldOut(capacity: 3);
        using var small = bookings.As("tourist");
        await bookings.Joined(offer, 3);
        var party = await bookings.Joined(offer, 1, small);
        await bookings.GiveBack(offer, 2);
        await WaitingFixture.Offered(small, party);

        var honest = await bookings.Replayed(offer);
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => bookings.Read(db =>
            db.Database.ExecuteSqlAsync($"UPDATE waiting_log SET free = 3 WHERE slot_id = {offer.Slot.Id}")));
        await bookings.ExecuteAsOwner(
            $"UPDATE waiting_log SET free = 3 WHERE slot_id = '{offer.Slot.Id}' AND kind = 'counted'");
        var tampered = await bookings.Replayed(offer);

        Assert.Equal((true, 1), (honest.Agrees, honest.Offers));
        Assert.False(tampered.Agrees);
        Assert.NotEmpty(tampered.Differences);
    }

    [Fact]
    public async Task Places_kept_for_a_large_party_are_given_on_after_two_hours()
    {
        var offer = await bookings.SoldOut(capacity: 2);
        using var three = bookings.As("tourist");
        using var late = bookings.As("tourist");
        await bookings.Joined(offer, 2, three);
        for (var single = 0; single < 2; single++)
        {
            using var tourist = bookings.As("tourist");
            var ahead = await bookings.Joined(offer, 1, tourist);
            if (single == 0) await bookings.GiveBack(offer, 1);
            var offered = await WaitingFixture.Offered(tourist, ahead);
            await BookingsFixture.Booked(
                BookingsFixture.Post(tourist, $"/v1/bookings/{offered.BookingId}/cancel", new { }));
            await WaitingFixture.Ended(tourist, ahead, "declined");
        }

        var party = await bookings.Joined(offer, 1, late);
        await bookings.Allot(offer);
        var kept = await WaitingFixture.Show(late, party);
        await bookings.ExecuteAsOwner(
            $"""
            UPDATE waiting_parties SET kept_since = kept_since - interval '2 hours' WHERE slot_id = '{offer.Slot.Id}';
            UPDATE waiting_log SET at = at - interval '2 hours' WHERE slot_id = '{offer.Slot.Id}'
            """);

        await WaitingFixture.Offered(late, party);
        Assert.Equal("waiting", kept.State);
        Assert.True((await bookings.Replayed(offer)).Agrees);
    }

    [Fact]
    public async Task A_deleted_account_leaves_its_lines_and_is_forgotten()
    {
        var offer = await bookings.SoldOut(capacity: 1);
        var account = Guid.CreateVersion7();
        await bookings.Joined(offer, 1, bookings.As("tourist", account));
        using var other = bookings.As("tourist");
        var second = await bookings.Joined(offer, 1, other);

        await bookings.Deliver(new AccountDeleted(account));

        Assert.Equal(1, (await WaitingFixture.Show(other, second)).Position);
        Assert.Equal(0, await bookings.Read(db => db.WaitingParties.CountAsync(party => party.AccountId == account)));
        Assert.True((await bookings.Replayed(offer)).Agrees);
    }

    [Theory]
    [InlineData("""{"unitItems":[]}""", 400)]
    [InlineData("""{"availabilityId":"SLOT","unitItems":[]}""", 400)]
    [InlineData("""{"availabilityId":"SLOT","unitItems":[{"unitId":"00000000-0000-0000-0000-000000000001"}]}""", 400)]
    [InlineData("""{"availabilityId":"00000000-0000-0000-0000-000000000001","unitItems":[{"unitId":"UNIT"}]}""", 404)]
    [InlineData("""{"availabilityId":"SLOT","unitItems":[{"unitId":"UNIT"}],"channel":"ota"}""", 400)]
    public async Task What_makes_no_sense_is_refused(string body, int status)
    {
        var offer = await bookings.SoldOut(capacity: 1);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/waiting-parties")
        {
            Content = new StringContent(
                body.Replace("SLOT", offer.Slot.Id.ToString(), StringComparison.Ordinal)
                    .Replace("UNIT", offer.Adult.Id.ToString(), StringComparison.Ordinal),
                System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());

        var answer = await bookings.As("tourist").SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(
            0, await bookings.Read(db => db.WaitingParties.CountAsync(party => party.SlotId == offer.Slot.Id)));
    }

    private static object[] Documents(Offer offer, string number) =>
        [new { unitId = offer.Adult.Id, identity = new { type = "passport", number } }];

    private static Task<HttpResponseMessage> Named(HttpClient http, Offer offer, string number) =>
        BookingsFixture.Hold(http, new { availabilityId = offer.Slot.Id, unitItems = Documents(offer, number) });

    private static async Task<WaitingPartyResponse> Joined(HttpClient http, Offer offer, string number)
    {
        var answer = await BookingsFixture.Post(
            http, "/v1/waiting-parties", new { availabilityId = offer.Slot.Id, unitItems = Documents(offer, number) },
            Guid.CreateVersion7().ToString());
        return (await answer.Content.ReadFromJsonAsync<WaitingPartyResponse>())!;
    }
}
