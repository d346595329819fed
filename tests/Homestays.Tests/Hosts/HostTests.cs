using System.Net.Http.Json;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Homestays.Calendars;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Tests.Hosts;

public sealed class HostTests(HomestaysFixture homestays) : IClassFixture<HomestaysFixture>
{
    private static readonly object Listing = new
    {
        nameZh = "窑火小筑", nameEn = "Kiln Fire Lodge", district = "Zhushan", village = "Sanbao", address = "三宝村 2号",
        licenceNumber = "L-2", latitude = 29.25, longitude = 117.25, residentRun = true,
        amenities = new[] { "wifi", "kiln" },
    };

    private static readonly object Room = new
    {
        name = "大床房", kind = "double", maxAdults = 2, maxChildren = 1, prices = new { baseFen = 25_000 },
    };

    [Fact]
    public async Task A_merchant_who_joins_as_a_host_lists_a_house_that_guests_then_see()
    {
        var merchant = Guid.CreateVersion7();
        using var host = homestays.As("host", merchant: merchant);
        Assert.Equal("409 not-joined-yet", await host.PostAsync("/v1/host/listings", Listing).Code());
        await homestays.Deliver(new MerchantChanged(merchant, "host", "余师傅二", "Zhushan", "L-2", true, [], 2), times: 2);
        await homestays.Deliver(new MerchantJoined(merchant, "host", "余师傅", "Zhushan", "L-1", true, [], 1), times: 2);

        var id = await host.PostAsync("/v1/host/listings", Listing).Id();
        Assert.Equal("201", await host.PostAsync($"/v1/host/listings/{id}/rooms", Room).Code());

        var told = await homestays.Published<ListingChanged>(said => said.ListingId == id && said.Rooms == 1);
        Assert.Equal(("Sanbao", true, false, true), (told.Village, told.ResidentRun, told.Demonstration, told.Active));
        Assert.Equal("余师傅二", (await homestays.Read(db => db.Hosts.SingleAsync(h => h.Id == merchant))).Name);
        Assert.Equal("L-2", (await homestays.Anonymous().GetAsync($"/v1/homestays/{id}").Body())
            .GetProperty("licenceNumber").GetString());
    }

    [Fact]
    public async Task All_that_a_host_says_of_a_house_is_shown_to_guests()
    {
        var house = await homestays.Host();
        var said = System.Text.Json.JsonSerializer.SerializeToNode(Listing, HomestaysFixture.Json)!.AsObject();
        said["accessibility"] = new System.Text.Json.Nodes.JsonArray("step-free");
        said["languages"] = new System.Text.Json.Nodes.JsonArray("zh", "en");
        said["photos"] = new System.Text.Json.Nodes.JsonArray("https://photos.example/kiln.jpg");
        (said["houseRules"], said["instantBook"]) = ("22:00 后请安静", false);
        Assert.Equal("200", await homestays.As("host", merchant: house.Merchant)
            .PutAsync($"/v1/host/listings/{house.Listing.Id}", said).Code());

        var shown = await homestays.Anonymous().GetAsync($"/v1/homestays/{house.Listing.Id}").Body();

        Assert.All(said, field => Assert.Equal(
            field.Value!.ToJsonString(), System.Text.Json.Nodes.JsonNode.Parse(
                shown.GetProperty(field.Key).GetRawText())!.ToJsonString()));
    }

    [Fact]
    public async Task Two_hosts_who_keep_house_together_are_one_household()
    {
        var (one, other) = (await homestays.Host(), await homestays.Host());
        using var host = homestays.As("host", merchant: one.Merchant);
        var path = $"/v1/admin/homestays/hosts/{other.Merchant}/household";

        Assert.Equal("200", await host.PutAsync("/v1/host/household", new { name = "余家大院", village = "Yaoli" }).Code());
        Assert.Equal("403 forbidden", await host.PutAsync(path, new { householdId = one.Household.Id }).Code());
        Assert.Equal("404 not-found", await homestays.As("admin")
            .PutAsync(path, new { householdId = Guid.CreateVersion7() }).Code());
        var joined = await homestays.As("admin").PutAsync(path, new { householdId = one.Household.Id }).Body();

        Assert.Equal(("余家大院", "Yaoli", 2),
            (joined.GetProperty("name").GetString(), joined.GetProperty("village").GetString(),
                joined.GetProperty("hosts").GetInt32()));
        Assert.Equal(one.Household.Id, await homestays.Read(
            db => db.Listings.Where(l => l.Id == other.Listing.Id).Select(l => l.HouseholdId).SingleAsync()));
    }

    [Fact]
    public async Task A_supplier_is_no_host()
    {
        var merchant = Guid.CreateVersion7();

        await homestays.Deliver(new MerchantJoined(merchant, "supplier", "博物馆", "Zhushan", "L-1", true, [], 1));

        Assert.False(await homestays.Read(db => db.Hosts.AnyAsync(h => h.Id == merchant)));
    }

    [Theory]
    [InlineData("""{"latitude":0}""", "latitude")]
    [InlineData("""{"district":"Nanchang"}""", "district")]
    [InlineData("""{"amenities":["helipad"]}""", "amenities")]
    [InlineData("""{"amenities":[null]}""", "amenities")]
    [InlineData("""{"photos":["http://example.com/a.jpg"]}""", "photos")]
    [InlineData("""{"nameZh":" "}""", "nameZh")]
    [InlineData("""{"nameEn":""}""", "nameEn")]
    [InlineData("""{"houseRules":"a\u0007b"}""", "houseRules")]
    [InlineData("""{"lateRefundPercent":101}""", "lateRefundPercent")]
    public async Task A_listing_that_cannot_be_is_a_400_that_names_the_field(string wrong, string field)
    {
        var house = await homestays.Host();
        var body = System.Text.Json.JsonSerializer.SerializeToNode(Listing, HomestaysFixture.Json)!.AsObject();
        foreach (var (name,
            value) in System.Text.Json.Nodes.JsonNode.Parse(wrong)!.AsObject()) body[name] = value?.DeepClone();

        var answer = await homestays.As("host", merchant: house.Merchant)
            .PutAsync($"/v1/host/listings/{house.Listing.Id}", body);

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Contains((await answer.Body()).GetProperty("errors").EnumerateObject(),
            fault => fault.Name.Equals(field, StringComparison.OrdinalIgnoreCase));
        Assert.Equal("南河人家", (await homestays.Read(db => db.Listings.SingleAsync(l => l.Id == house.Listing.Id)))
            .NameZh);
    }

    [Theory]
    [InlineData("""{"prices":{"baseFen":1}}""")]
    [InlineData("""{"prices":{"baseFen":10000,"weekdayPercent":[100]}}""")]
    [InlineData("""{"prices":{"baseFen":10000,"seasons":[null]}}""")]
    [InlineData("""{"prices":{"baseFen":10000,"seasons":[{"name":"x","from":"13-01","to":"01-01","percent":100}]}}""")]
    [InlineData("""{"prices":{"baseFen":10000,"longStays":[{"nights":1,"percentOff":10}]}}""")]
    [InlineData("""{"prices":null}""")]
    [InlineData("""{"kind":"tent"}""")]
    [InlineData("""{"minNights":10,"maxNights":5}""")]
    public async Task A_room_that_cannot_be_is_a_400(string wrong)
    {
        var house = await homestays.Host();
        var body = System.Text.Json.JsonSerializer.SerializeToNode(Room, HomestaysFixture.Json)!.AsObject();
        foreach (var (name,
            value) in System.Text.Json.Nodes.JsonNode.Parse(wrong)!.AsObject()) body[name] = value?.DeepClone();

        var answer = await homestays.As("host", merchant: house.Merchant)
            .PutAsync($"/v1/host/rooms/{house.Room.Id}", body);

        Assert.Equal(400, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Somebody_elses_house_room_and_block_are_not_there()
    {
        var house = await homestays.Host();
        using var owner = homestays.As("host", merchant: house.Merchant);
        var block = await owner.PostAsync("/v1/host/blocks",
            new { roomId = house.Room.Id, from = homestays.Today.AddDays(3), to = homestays.Today.AddDays(4) }).Id();
        using var stranger = homestays.As("host", merchant: (await homestays.Host()).Merchant);

        Assert.Equal("404 not-found", await stranger.PutAsync($"/v1/host/listings/{house.Listing.Id}", Listing).Code());
        Assert.Equal("404 not-found", await stranger.PostAsync($"/v1/host/listings/{house.Listing.Id}/rooms", Room)
            .Code());
        Assert.Equal("404 not-found", await stranger.PutAsync($"/v1/host/rooms/{house.Room.Id}", Room).Code());
        Assert.Equal("404 not-found", await stranger.DeleteAsync($"/v1/host/blocks/{block}").Code());
        Assert.Equal("404 not-found", await stranger.PutAsync("/v1/host/calendar",
            new { roomIds = new[] { house.Room.Id }, from = homestays.Today, to = homestays.Today, priceFen = 100 })
                .Code());
        Assert.Equal("403 forbidden", await homestays.As("tourist").GetAsync("/v1/host/listings").Code());
        Assert.Equal("204", await owner.DeleteAsync($"/v1/host/blocks/{block}").Code());
    }

    [Fact]
    public async Task A_hosts_blocks_come_page_by_page_also_those_of_one_day()
    {
        var house = await homestays.Host(rooms: 3);
        using var owner = homestays.As("host", merchant: house.Merchant);
        var blocks = new HashSet<Guid>();
        foreach (var (room, day) in house.Rooms.SelectMany(room => new[] { 5, 3 }.Select(day => (room, day))))
        {
            blocks.Add(await owner.PostAsync("/v1/host/blocks", new
            {
                roomId = room.Id, from = homestays.Today.AddDays(day), to = homestays.Today.AddDays(day + 1),
            }).Id());
        }

        var seen = new List<Guid>();
        for (var after = ""; ; after = $"&after={seen[^1]}")
        {
            var page = await owner.GetFromJsonAsync<List<BlockResponse>>(
                new Uri($"/v1/host/blocks?limit=2{after}", UriKind.Relative), HomestaysFixture.Json);
            if (page!.Count == 0) break;
            seen.AddRange(page.Select(block => block.Id));
        }

        Assert.Equal(blocks.Count, seen.Count);
        Assert.Equal(blocks, [.. seen]);
        Assert.Equal(400, (int)(await owner.GetAsync(
            new Uri($"/v1/host/blocks?after={Guid.CreateVersion7()}", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task A_bulk_edit_changes_what_it_names_and_leaves_the_rest()
    {
        var house = await homestays.Host(rooms: 3);
        using var host = homestays.As("host", merchant: house.Merchant);
        var (from, to) = (homestays.Today.AddDays(10), homestays.Today.AddDays(23));
        var rooms = house.Rooms.Select(room => room.Id).ToArray();

        Assert.Equal(42, (await host.PutAsync("/v1/host/calendar", new { roomIds = rooms, from, to, priceFen = 40_000 })
            .Body()).GetProperty("nights").GetInt32());
        Assert.Equal(12, (await host.PutAsync("/v1/host/calendar",
            new { roomIds = rooms, from, to, weekdays = new[] { 5, 6 }, minNights = 2 }).Body()).GetProperty("nights")
                .GetInt32());

        var nights = (await host.GetAsync($"/v1/host/rooms/{rooms[0]}/calendar?from={from:O}&to={to.AddDays(2):O}")
            .Body())
            .GetProperty("nights").EnumerateArray().ToList();
        Assert.All(nights[..14], night => Assert.Equal(40_000, night.GetProperty("priceFen").GetInt64()));
        Assert.Equal(4, nights.Count(night => night.GetProperty("minNights").GetInt32() == 2));
        Assert.Equal(30_000, nights[14].GetProperty("priceFen").GetInt64());
        Assert.Equal("400 invalid", await host.PutAsync("/v1/host/calendar",
            new { roomIds = rooms, from = to, to = from, priceFen = 1 }).Code());
    }

    [Fact]
    public async Task A_forgotten_account_leaves_nights_and_money_and_no_trace_of_the_person()
    {
        var house = await homestays.Host();
        var account = Guid.CreateVersion7();
        using var guest = homestays.As("tourist", account);
        var stay = await guest.PostAsync("/v1/stays", new
        {
            roomId = house.Room.Id, arrival = homestays.Today.AddDays(3), departure = homestays.Today.AddDays(4),
            adults = 1,
        }).Id();
        await homestays.Deliver(new ConfirmStay(stay, null, 30_000, "payment"));
        Assert.Equal("201", await guest.PostAsync($"/v1/stays/{stay}/guests",
            new { name = "张三", documentKind = "resident-id", documentNumber = "11010519491231002X" }).Code());

        await homestays.Deliver(new AccountDeleted(account), times: 2);

        var row = await homestays.Read(db => db.Stays.AsNoTracking().SingleAsync(s => s.Id == stay));
        Assert.Equal((null, null, null, "confirmed", 30_000),
            (row.AccountId, row.GuestKey, row.CountryOfResidence, row.State, row.PaidFen));
        Assert.False(await homestays.Read(db => db.RegisteredGuests.AnyAsync(g => g.StayId == stay)));
        Assert.Equal(0,
            await homestays.Scalar<long>($"SELECT count(*) FROM idempotency_keys WHERE caller LIKE '%{account}'"));
    }
}
