using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jingdezhen.Tourism.Bookings.Tests.Bookings;

public sealed class HoldPlacesTests(BookingsFixture bookings) : IClassFixture<BookingsFixture>
{
    [Fact]
    public async Task A_hold_takes_places_freezes_the_price_and_tells_the_world()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 10));

        var held = await BookingsFixture.Booked(BookingsFixture.Hold(bookings.As("tourist"), offer, adults: 2));

        Assert.Equal(("on-hold", 2, 19000L), (held.Status, held.Visitors, held.PriceFen));
        Assert.Equal((2, 2), await bookings.Places(offer));
        var told = await bookings.Published<BookingHeld>(message => message.BookingId == held.Id);
        Assert.Equal((offer.Slot.Id, 2), (told.AvailabilityId, told.Visitors));
    }

    [Fact]
    public async Task A_slot_that_changed_tells_what_its_venue_may_take_that_day()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 10, venueCapacity: 500));

        await BookingsFixture.Booked(BookingsFixture.Hold(bookings.As("tourist"), offer, adults: 1));

        var told = await bookings.Published<AvailabilityChanged>(message => message.AvailabilityId == offer.Slot.Id);
        Assert.Equal(500, told.VenueDailyCapacity);
    }

    [Fact]
    public async Task The_last_place_goes_to_exactly_one_of_two_guests()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 1));

        var answers = await Task.WhenAll(
            BookingsFixture.Hold(bookings.As("tourist"), offer), BookingsFixture.Hold(bookings.As("tourist"), offer));

        Assert.Equal(
            [HttpStatusCode.Created, HttpStatusCode.Conflict], answers.Select(answer => answer.StatusCode).Order());
    }

    [Fact]
    public async Task A_group_larger_than_what_is_left_leaves_the_places_to_a_smaller_one()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 3));
        await BookingsFixture.Booked(BookingsFixture.Hold(bookings.As("tourist"), offer, adults: 2));

        var four = await BookingsFixture.Hold(bookings.As("tourist"), offer, adults: 4);
        var one = await BookingsFixture.Hold(bookings.As("tourist"), offer, adults: 1);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Created), (four.StatusCode, one.StatusCode));
        Assert.Contains("sold-out", await four.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_carrying_capacity_of_the_venue_counts_over_all_its_slots()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 10, venueCapacity: 3));
        var later = Given.Slot(
            offer.Product, offer.Option, offer.Day, offer.Slot.StartsAt.AddMinutes(30), capacity: 10);
        await bookings.Save(later);
        await BookingsFixture.Booked(BookingsFixture.Hold(bookings.As("tourist"), offer, adults: 2));

        var refused = await BookingsFixture.Hold(bookings.As("tourist"), offer with { Slot = later }, adults: 2);

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("venue-full", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((0, 0), await bookings.Places(offer with { Slot = later }));
    }

    [Fact]
    public async Task Places_of_a_hold_that_ran_out_are_free_at_that_moment()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 1));
        var first = await BookingsFixture.Booked(BookingsFixture.Hold(bookings.As("tourist"), offer));
        await bookings.RunOut(first.Id);

        var second = await BookingsFixture.Booked(BookingsFixture.Hold(bookings.As("tourist"), offer));

        Assert.Equal("on-hold", second.Status);
        await bookings.Published<BookingExpired>(message => message.BookingId == first.Id);
        Assert.Equal((1, 1), await bookings.Places(offer));
    }

    [Fact]
    public async Task A_retry_with_the_same_key_finds_its_booking_and_takes_no_second_place()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 5));
        using var tourist = bookings.As("tourist");

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => BookingsFixture.Hold(tourist, offer, key: "same")));

        var bodies = await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync()));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.Single(bodies.Distinct());
        Assert.Equal((1, 1), await bookings.Places(offer));
    }

    [Fact]
    public async Task A_key_used_for_something_else_is_refused_and_a_strangers_key_is_another_key()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 5));
        using var tourist = bookings.As("tourist");
        await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer, adults: 1, key: "mine"));

        var other = await BookingsFixture.Hold(tourist, offer, adults: 2, key: "mine");
        var stranger = await BookingsFixture.Hold(bookings.As("tourist"), offer, adults: 2, key: "mine");

        Assert.Equal(
            (HttpStatusCode.UnprocessableEntity, HttpStatusCode.Created), (other.StatusCode, stranger.StatusCode));
    }

    [Fact]
    public async Task One_document_enters_one_venue_once_a_day()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 5, realName: true));
        object Body(string number) => new
        {
            availabilityId = offer.Slot.Id,
            unitItems = new[] { new { unitId = offer.Adult.Id, identity = new { type = "resident-id", number } } },
        };
        var first = await BookingsFixture.Booked(
            BookingsFixture.Hold(bookings.As("tourist"), Body("11010519491231002X")));

        var again = await BookingsFixture.Hold(bookings.As("tourist"), Body("11010519491231002X"));
        var nameless = await BookingsFixture.Hold(bookings.As("tourist"), offer);
        var wrongDigit = await BookingsFixture.Hold(bookings.As("tourist"), Body("110105194912310021"));

        Assert.Equal("**************002X", first.UnitItems.Single().Identity);
        Assert.Contains("identity-used", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("identity-required", await nameless.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, wrongDigit.StatusCode);
        Assert.Equal((1, 1), await bookings.Places(offer));
    }

    [Fact]
    public async Task A_document_may_be_used_again_once_its_booking_is_cancelled_or_ran_out()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 5, realName: true));
        using var tourist = bookings.As("tourist");
        var body = new
        {
            availabilityId = offer.Slot.Id,
            unitItems = new[] { new { unitId = offer.Adult.Id,
                identity = new { type = "passport", number = "E12345678" } } },
        };
        var first = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, body));
        await BookingsFixture.Booked(BookingsFixture.Post(tourist, $"/v1/bookings/{first.Id}/cancel", new { }));

        var second = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, body));
        await bookings.RunOut(second.Id);
        var third = await BookingsFixture.Hold(tourist, body);

        Assert.Equal(HttpStatusCode.Created, third.StatusCode);
    }

    [Theory]
    [InlineData("""{"availabilityId":"01900000-0000-7000-8000-000000000000","unitItems":[{"unitId":"UNIT"}]}""", 404)]
    [InlineData("""{"availabilityId":"nonsense","unitItems":[{"unitId":"UNIT"}]}""", 400)]
    [InlineData("""{"availabilityId":"SLOT","unitItems":[]}""", 400)]
    [InlineData("""{"availabilityId":"SLOT"}""", 400)]
    [InlineData("""{"availabilityId":"SLOT","unitItems":[{"unitId":"01900000-0000-7000-8000-000000000000"}]}""", 400)]
    [InlineData("""{"availabilityId":"SLOT","unitItems":[{"unitId":"CHILD"}]}""", 400)]
    [InlineData("""{"availabilityId":"SLOT","unitItems":[{"unitId":"UNIT"}],"holdMinutes":-1}""", 400)]
    [InlineData("""{"availabilityId":"SLOT","unitItems":[{"unitId":"UNIT"}],"holdMinutes":100000000000}""", 400)]
    [InlineData("""{"availabilityId":"SLOT","unitItems":[{"unitId":"UNIT"}],"holdMinutes":"ten"}""", 400)]
    [InlineData("""{"availabilityId":"SLOT","unitItems":[{"unitId":"UNIT","ageBand":"young"}]}""", 400)]
    [InlineData("""{"availabilityId":"SLOT","unitItems":[{"unitId":"UNIT"}],"channel":"counter"}""", 400)]
    [InlineData("""{"availabilityId":"SLOT","unitItems":[{"unitId":"UNIT"}],"contact":{"email":"nobody"}}""", 400)]
    [InlineData("""{"availabilityId":"SLOT","unitItems":[{"unitId":"UNIT"}],"source":"a\u0000b"}""", 400)]
    [InlineData("[]", 400)]
    [InlineData("{", 400)]
    [InlineData("null", 400)]
    public async Task Bad_input_gets_a_precise_answer_and_changes_nothing(string body, int status)
    {
        var offer = await bookings.Sell(Given.Offer());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/bookings")
        {
            Content = new StringContent(
                body.Replace("SLOT", $"{offer.Slot.Id}", StringComparison.Ordinal)
                    .Replace("UNIT", $"{offer.Adult.Id}", StringComparison.Ordinal)
                    .Replace("CHILD", $"{offer.Child.Id}", StringComparison.Ordinal),
                System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());

        var answer = await bookings.As("tourist").SendAsync(request);

        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == (int)answer.StatusCode, $"{(int)answer.StatusCode} {text}");
        Assert.StartsWith(
            "application/problem+json", answer.Content.Headers.ContentType?.ToString(), StringComparison.Ordinal);
        Assert.Equal((0, 0), await bookings.Places(offer));
    }

    [Fact]
    public async Task Forged_expired_and_foreign_tokens_hold_nothing()
    {
        var offer = await bookings.Sell(Given.Offer());
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var tokens = new[]
        {
            "nonsense",
            TestTokens.For("tourist", lifetime: TimeSpan.FromHours(-1)),
            TestTokens.For(
                "tourist", key: new Microsoft.IdentityModel.Tokens.ECDsaSecurityKey(otherKey) { KeyId = "test" }),
            TestTokens.For("tourist", audience: "somebody-else"),
            TestTokens.For("tourist", issuer: "http://elsewhere.test/"),
            TestTokens.For("tourist", type: "rt+jwt"),
        };

        var answers = await Task.WhenAll(
            tokens.Select(token => BookingsFixture.Hold(bookings.WithToken(token), offer)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
        Assert.Equal((0, 0), await bookings.Places(offer));
    }

    [Theory]
    [InlineData("deep", 400)]
    [InlineData("long text", 400)]
    [InlineData("many units", 400)]
    [InlineData("more units than the option allows", 400)]
    public async Task Bodies_that_are_too_deep_or_too_large_are_refused(string how, int status)
    {
        var offer = await bookings.Sell(Given.Offer());
        var unit = $"{{\"unitId\":\"{offer.Adult.Id}\"}}";
        var slot = $"\"availabilityId\":\"{offer.Slot.Id}\"";
        var body = how switch
        {
            "deep" => $"{{{slot},\"unitItems\":{new string('[', 200)}{new string(']', 200)}}}",
            "long text" => $"{{{slot},\"unitItems\":[{unit}],\"source\":\"{new string('x', 5000)}\"}}",
            "many units" => $"{{{slot},\"unitItems\":[{string.Join(',', Enumerable.Repeat(unit, 201))}]}}",
            _ => $"{{{slot},\"unitItems\":[{string.Join(',', Enumerable.Repeat(unit, 21))}]}}",
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/bookings")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());

        var answer = await bookings.As("tourist").SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal((0, 0), await bookings.Places(offer));
    }

    [Fact]
    public async Task A_slot_that_is_past_closed_or_of_a_suspended_supplier_is_refused()
    {
        var past = await bookings.Sell(Given.Offer(startsIn: TimeSpan.FromMinutes(-5)));
        var closed = await bookings.Sell(Given.Offer());
        await bookings.Read(db => db.Slots.Where(slot => slot.Id == closed.Slot.Id)
            .ExecuteUpdateAsync(slot => slot.SetProperty(s => s.Closed, true)));

        var late = await BookingsFixture.Hold(bookings.As("tourist"), past);
        var shut = await BookingsFixture.Hold(bookings.As("tourist"), closed);

        Assert.Contains("past-cutoff", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("closed", await shut.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hold_needs_a_key_a_sign_in_and_the_role_of_a_tourist()
    {
        var offer = await bookings.Sell(Given.Offer());
        var body = new { availabilityId = offer.Slot.Id, unitItems = BookingsFixture.Units(offer, 1) };

        var keyless = await BookingsFixture.Post(bookings.As("tourist"), "/v1/bookings", body);
        var stranger = await BookingsFixture.Post(bookings.Anonymous(), "/v1/bookings", body, "k");
        var host = await BookingsFixture.Post(bookings.As("host"), "/v1/bookings", body, "k");

        Assert.Equal(
            (HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden),
            (keyless.StatusCode, stranger.StatusCode, host.StatusCode));
    }

    [Theory, InlineData("tourist", "/v1/bookings"), InlineData("tourist", "/v1/waiting-parties"),
     InlineData("merchant", "/v1/counter-sales")]
    public async Task A_unit_that_is_null_is_malformed(string role, string path)
    {
        var offer = await bookings.Sell(Given.Offer());

        var answer = await BookingsFixture.Post(
            bookings.As(role, merchant: offer.Supplier.Id), path,
            new { availabilityId = offer.Slot.Id, unitItems = new object?[] { null } }, "k");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_request_that_breaks_spoils_none_of_those_admitted_with_it()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 100));
        var door = bookings.Services.GetRequiredService<Admission>();

        var asked = Enumerable.Range(0, 60).Select(number => door.HoldAsync(new HoldRequest
        {
            Caller = "test", Key = $"{offer.Slot.Id}:{number}", RequestHash = [1], SlotId = offer.Slot.Id,
            Units = [new HoldUnit(offer.Adult.Id)], HoldLength = TimeSpan.FromMinutes(5), Channel = "app",
            Answer = (_, _) => number % 20 == 7 ? throw new InvalidOperationException("broken") : "{}",
        })).ToList();
        var broken = await Task.WhenAll(asked.Select(one =>
            one.ContinueWith(ended => ended.IsFaulted, TaskScheduler.Default)));

        Assert.Equal(3, broken.Count(fault => fault));
        Assert.Equal((57, 57), await bookings.Places(offer));
    }

    [Fact]
    public async Task A_group_price_is_the_price_of_the_booking()
    {
        var offer = await bookings.Sell(
            Given.Offer(capacity: 50, pricedPer: Jingdezhen.Tourism.Bookings.Products.PricedPer.Booking, maxUnits: 50));

        var held = await BookingsFixture.Booked(BookingsFixture.Hold(bookings.As("tourist"), offer, adults: 40));

        Assert.Equal((40, 600_000L), (held.Visitors, held.PriceFen));
    }

    [Fact]
    public async Task Somebody_elses_booking_is_not_there()
    {
        var offer = await bookings.Sell(Given.Offer());
        var mine = await BookingsFixture.Booked(BookingsFixture.Hold(bookings.As("tourist"), offer));
        using var other = bookings.As("tourist");

        var shown = await other.GetAsync(new Uri($"/v1/bookings/{mine.Id}", UriKind.Relative));
        var cancelled = await BookingsFixture.Post(other, $"/v1/bookings/{mine.Id}/cancel", new { });
        var listed = await other.GetFromJsonAsync<List<BookingResponse>>(new Uri("/v1/bookings", UriKind.Relative));

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound, 0),
            (shown.StatusCode, cancelled.StatusCode, listed!.Count));
    }
}
