using System.Net;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Homestays.Tests.Stays;

public sealed class HoldStayTests(HomestaysFixture homestays) : IClassFixture<HomestaysFixture>
{
    private DateOnly Day(int fromNow) => homestays.Today.AddDays(fromNow);

    private Task<HttpResponseMessage> Hold(HttpClient guest, Guid room, int from, int to, int adults = 2,
        string? key = null) =>
        guest.PostAsync("/v1/stays", new { roomId = room, arrival = Day(from), departure = Day(to), adults }, key);

    [Fact]
    public async Task A_held_room_is_priced_by_night_and_told_to_others()
    {
        var house = await homestays.Host();
        using var guest = homestays.As("tourist");

        var answer = await Hold(guest, house.Room.Id, 20, 23);
        var stay = await answer.Body();

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal($"/v1/stays/{stay.GetProperty("id").GetGuid()}", answer.Headers.Location!.ToString());
        Assert.Equal(90_000, stay.GetProperty("priceFen").GetInt64());
        Assert.Equal(3, stay.GetProperty("nights").GetArrayLength());
        var held = await homestays.Published<StayHeld>(said => said.StayId == stay.GetProperty("id").GetGuid());
        Assert.Equal((90_000, Day(20), Day(23)), (held.PriceFen, held.Arrival, held.Departure));
        Assert.Equal(
            (house.Listing.NameZh, house.Listing.NameEn, true),
            (held.ListingZh, held.ListingEn, held.AccountId is not null));
        Assert.Equal(BookingReference.Of(held.StayId), stay.GetProperty("reference").GetString());
    }

    [Fact]
    public async Task The_day_of_departure_is_free_for_the_next_guest_and_the_nights_before_are_not()
    {
        var house = await homestays.Host();
        using var guest = homestays.As("tourist");

        Assert.Equal("201", await Hold(guest, house.Room.Id, 1, 3).Code());
        Assert.Equal("201", await Hold(guest, house.Room.Id, 3, 4).Code());
        Assert.Equal("409 nights-taken", await Hold(guest, house.Room.Id, 2, 4).Code());
    }

    [Fact]
    public async Task One_of_a_hundred_guests_gets_the_weekend()
    {
        var house = await homestays.Host();
        var guests = Enumerable.Range(0, 100).Select(_ => homestays.As("tourist")).ToList();

        var codes = await Task.WhenAll(guests.Select((guest, i) => Hold(guest, house.Room.Id, 5 + (i % 2), 7 + (i % 2))
            .Code()));

        Assert.Equal(1, codes.Count(code => code == "201"));
        Assert.Equal(99, codes.Count(code => code == "409 nights-taken"));
    }

    [Fact]
    public async Task One_of_a_hundred_orders_gets_the_weekend_and_the_others_are_told_no()
    {
        var house = await homestays.Host();
        var ids = Enumerable.Range(0, 100).Select(_ => Guid.CreateVersion7()).ToHashSet();

        await Task.WhenAll(ids.Select(id => homestays.Deliver(Order(id, house.Room.Id))));

        var answers = await Testing.Eventually.Holds(
            () => Task.FromResult((
                Held: homestays.PublishedSoFar<StayHeld>().Count(held => ids.Contains(held.StayId)),
                Refused: homestays.PublishedSoFar<StayRefused>()
                    .Count(no => ids.Contains(no.StayId) && no.Code == "nights-taken"))),
            seen => seen.Held + seen.Refused >= 100);
        Assert.Equal((1, 99), answers);
        Assert.Equal(0, await homestays.Scalar<long>("SELECT count(*) FROM failed_messages"));
    }

    private HoldStay Order(Guid stay, Guid room) => new(
        stay, OrderId: Guid.CreateVersion7(), room, Day(40), Day(42), 2, 0, AccountId: Guid.CreateVersion7(), "app",
        null, null,
        TimeProvider.System.GetUtcNow().AddMinutes(15));

    [Fact]
    public async Task The_same_message_ten_times_holds_once()
    {
        var house = await homestays.Host();
        var id = Guid.CreateVersion7();

        await homestays.Deliver(Order(id, house.Room.Id), times: 5);
        await homestays.Deliver(Order(id, house.Room.Id), times: 5);
        await homestays.Published<StayHeld>(held => held.StayId == id);

        Assert.Equal(1, await homestays.Read(db => db.Stays.CountAsync(stay => stay.RoomId == house.Room.Id)));
        Assert.DoesNotContain(homestays.PublishedSoFar<StayRefused>(), no => no.StayId == id);
    }

    [Fact]
    public async Task The_same_key_replays_the_answer_another_body_is_refused_and_a_refusal_is_not_kept()
    {
        var house = await homestays.Host();
        using var guest = homestays.As("tourist");
        var key = Guid.CreateVersion7().ToString();

        var first = await Hold(guest, house.Room.Id, 10, 12, key: key).Body();
        var again = await Hold(guest, house.Room.Id, 10, 12, key: key).Body();

        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.Equal("422 idempotency-key-reused", await Hold(guest, house.Room.Id, 12, 14, key: key).Code());
        var other = Guid.CreateVersion7().ToString();
        Assert.Equal("409 nights-taken", await Hold(guest, house.Room.Id, 11, 13, key: other).Code());
        await homestays.Sql($"UPDATE stays SET expires_at = now() WHERE room_id = '{house.Room.Id}'");
        Assert.Equal("201", await Hold(guest, house.Room.Id, 11, 13, key: other).Code());
    }

    [Fact]
    public async Task A_stranger_with_the_same_key_gets_an_answer_of_their_own()
    {
        var house = await homestays.Host(rooms: 2);
        var key = Guid.CreateVersion7().ToString();

        var one = await Hold(homestays.As("tourist"), house.Rooms[0].Id, 10, 12, key: key).Id();
        var other = await Hold(homestays.As("tourist"), house.Rooms[1].Id, 10, 12, key: key).Id();

        Assert.NotEqual(one, other);
    }

    [Fact]
    public async Task An_expired_hold_stands_in_nobodys_way_and_is_told()
    {
        var house = await homestays.Host();
        using var guest = homestays.As("tourist");
        var late = await Hold(guest, house.Room.Id, 30, 33).Id();
        await homestays.Sql($"UPDATE stays SET expires_at = now() WHERE id = '{late}'");

        Assert.Equal("201", await Hold(guest, house.Room.Id, 31, 32).Code());

        var released = await homestays.Published<StayReleased>(said => said.StayId == late);
        Assert.Equal("expired", released.Reason);
    }

    [Fact]
    public async Task Whoever_came_past_the_lock_is_no_fault_and_only_their_nights_are_taken()
    {
        var house = await homestays.Host(rooms: 2);
        using var guest = homestays.As("tourist");
        var past = await Hold(guest, house.Rooms[0].Id, 70, 72).Id();
        await homestays.Sql($"UPDATE stays SET state = 'released' WHERE id = '{past}'");
        await using var connection = new NpgsqlConnection(homestays.OwnerConnection);
        await connection.OpenAsync();
        await Execute($"BEGIN; UPDATE stays SET state = 'held' WHERE id = '{past}'");

        // The first waits for the open transaction, in the index; the second may be in its batch.
        var answers = new[] { Hold(guest, house.Rooms[0].Id, 71, 73).Code(), Hold(guest, house.Rooms[1].Id, 71, 73)
            .Code() };
        await Eventually.Equal(1L, () => homestays.Scalar<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"));
        await Execute("COMMIT");

        Assert.Equal(["409 nights-taken", "201"], await Task.WhenAll(answers));

        async Task Execute(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task A_blocked_night_is_not_sold_and_a_sold_night_is_not_blocked()
    {
        var house = await homestays.Host();
        using var guest = homestays.As("tourist");
        using var host = homestays.As("host", merchant: house.Merchant);

        Assert.Equal("201", await host.PostAsync("/v1/host/blocks",
            new { roomId = house.Room.Id, from = Day(50), to = Day(52), reason = "painting" }).Code());
        Assert.Equal("409 nights-taken", await Hold(guest, house.Room.Id, 51, 53).Code());
        Assert.Equal("201", await Hold(guest, house.Room.Id, 52, 53).Code());
        Assert.Equal("409 nights-taken", await host.PostAsync("/v1/host/blocks",
            new { roomId = house.Room.Id, from = Day(52), to = Day(54) }).Code());
    }

    [Theory]
    [InlineData("""{"roomId":"x"}""", "roomId")]
    [InlineData("""{"adults":0}""", "adults")]
    [InlineData("""{"adults":"2"}""", "adults")]
    [InlineData("""{"arrival":"2026-13-01"}""", "arrival")]
    [InlineData("""{"departure":"2020-01-01"}""", "departure")]
    [InlineData("""{"channel":"fax"}""", "channel")]
    [InlineData("""{"source":"a\u0000b"}""", "source")]
    [InlineData("""{"countryOfResidence":"China"}""", "countryOfResidence")]
    public async Task A_malformed_wish_is_a_400_that_names_the_field(string wrong, string field)
    {
        var house = await homestays.Host();
        var body = System.Text.Json.Nodes.JsonNode.Parse(
            $$"""{"roomId":"{{house.Room.Id}}","arrival":"{{Day(5):O}}","departure":"{{Day(6):O}}","adults":2}""")!
            .AsObject();
        foreach (var (name,
            value) in System.Text.Json.Nodes.JsonNode.Parse(wrong)!.AsObject()) body[name] = value?.DeepClone();

        var answer = await homestays.As("tourist").PostAsync("/v1/stays", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await answer.Body()).GetProperty("errors").TryGetProperty(field, out _),
            await answer.Content.ReadAsStringAsync());
        Assert.Equal(0, await homestays.Read(db => db.Stays.CountAsync(stay => stay.RoomId == house.Room.Id)));
    }

    [Fact]
    public async Task The_rooms_own_rules_are_kept()
    {
        var house = await homestays.Host(but: house => house with { MinNights = 2 });
        using var guest = homestays.As("tourist");
        using var host = homestays.As("host", merchant: house.Merchant);
        Assert.Equal("200", await host.PutAsync("/v1/host/calendar",
            new { roomIds = new[] { house.Room.Id }, from = Day(60), to = Day(60), closedToArrival = true,
                closedToDeparture = true }).Code());

        Assert.Equal("409 stay-too-short", await Hold(guest, house.Room.Id, 5, 6).Code());
        Assert.Equal("409 stay-too-long", await Hold(guest, house.Room.Id, 5, 40).Code());
        Assert.Equal("409 too-many-guests", await Hold(guest, house.Room.Id, 5, 7, adults: 3).Code());
        Assert.Equal("409 closed-to-arrival", await Hold(guest, house.Room.Id, 60, 63).Code());
        Assert.Equal("409 closed-to-departure", await Hold(guest, house.Room.Id, 57, 60).Code());
        Assert.Equal("409 bad-dates", await Hold(guest, house.Room.Id, -1, 3).Code());
        Assert.Equal("409 bad-dates", await Hold(guest, house.Room.Id, 600, 603).Code());
        Assert.Equal("404 no-such-room", await Hold(guest, Guid.CreateVersion7(), 5, 7).Code());
    }

    [Fact]
    public async Task Only_tourists_hold_and_only_with_a_key()
    {
        var house = await homestays.Host();

        Assert.Equal("403 forbidden", await Hold(homestays.As("host", merchant: house.Merchant), house.Room.Id, 5, 6)
            .Code());
        Assert.Equal("401 unauthorized", await Hold(homestays.Anonymous(), house.Room.Id, 5, 6).Code());
        Assert.Equal("400 idempotency-key-required", await homestays.As("tourist").PutAsJson("/v1/stays").Code());
    }

    [Fact]
    public async Task What_a_night_costs_is_what_the_calendar_says_else_season_weekday_and_holiday()
    {
        var labourDay = new DateOnly(2027, 5, 1);
        var plan = new PricePlan(10_000, [100, 100, 100, 100, 120, 130, 100], [new("spring", "04-20", "05-10", 110)],
            200, [new(3, 10)]);
        var house = await homestays.Host(but: house => house with { Prices = plan });
        using var host = homestays.As("host", merchant: house.Merchant);
        await host.PutAsync("/v1/host/calendar",
            new { roomIds = new[] { house.Room.Id }, from = labourDay.AddDays(1), to = labourDay.AddDays(1),
                priceFen = 50_005 });

        var stay = await homestays.As("tourist").PostAsync("/v1/stays",
            new { roomId = house.Room.Id, arrival = labourDay.AddDays(-1), departure = labourDay.AddDays(2),
                adults = 1 }).Body();

        // Friday 30 April: 10,000 × 1.1 × 1.2; 1 May: × 1.1 × 2.0; 2 May as said; 10 % off each for three nights.
        Assert.Equal([11_880L, 19_800L, 45_005L],
            stay.GetProperty("nights").EnumerateArray().Select(night => night.GetProperty("priceFen").GetInt64()));
        Assert.Equal(76_685, stay.GetProperty("priceFen").GetInt64());
    }
}

internal static class WithoutKey
{
    public static Task<HttpResponseMessage> PutAsJson(this HttpClient http, string path) =>
        http.PostAsync(new Uri(path, UriKind.Relative), System.Net.Http.Json.JsonContent.Create(new { }));
}
