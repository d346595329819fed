using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Homestays.Stays;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Tests.Stays;

public sealed class LiveStayTests(HomestaysFixture homestays) : IClassFixture<HomestaysFixture>
{
    private DateOnly Day(int fromNow) => homestays.Today.AddDays(fromNow);

    private async Task<(Guid Id, HttpClient Guest)> Held(Guid room, int from, int to)
    {
        var guest = homestays.As("tourist");
        var id = await guest.PostAsync("/v1/stays", new { roomId = room, arrival = Day(from), departure = Day(to),
            adults = 1 }).Id();
        return (id, guest);
    }

    private async Task<(Guid Id, HttpClient Guest)> Confirmed(House house, int from, int to)
    {
        var (id, guest) = await Held(house.Room.Id, from, to);
        await homestays.Deliver(new ConfirmStay(id, null, 30_000L * (to - from), "payment"));
        return (id, guest);
    }

    private Task<Stay> Stay(Guid id) => homestays.Read(db => db.Stays.AsNoTracking()
        .SingleAsync(stay => stay.Id == id));

    [Fact]
    public async Task A_paid_stay_is_confirmed_once_however_often_it_is_told()
    {
        var house = await homestays.Host();
        var (id, _) = await Held(house.Room.Id, 5, 7);

        await homestays.Deliver(new ConfirmStay(id, null, 60_000, "payment"), times: 3);
        await homestays.Deliver(new ConfirmStay(id, null, 60_000, "payment"));

        var told = await homestays.Published<StayConfirmed>(said => said.StayId == id);
        Assert.Equal(("Sanbao", "Zhushan", true, 60_000, "payment"),
            (told.Village, told.County, told.ResidentRun, told.PriceFen, told.Authority));
        Assert.Equal((house.Listing.NameZh, house.Listing.NameEn), (told.ListingZh, told.ListingEn));
        Assert.NotNull(told.GuestKey);
        Assert.Single(homestays.PublishedSoFar<StayConfirmed>(), said => said.StayId == id);
    }

    [Theory, InlineData(59_999, "wrong-amount"), InlineData(0, "wrong-amount")]
    public async Task Another_sum_than_the_frozen_price_confirms_nothing_and_goes_back(long paid, string code)
    {
        var house = await homestays.Host();
        var (id, _) = await Held(house.Room.Id, 5, 7);

        await homestays.Deliver(new ConfirmStay(id, null, paid, "payment"));

        Assert.Equal(code, (await homestays.Published<StayRefused>(said => said.StayId == id)).Code);
        if (paid > 0)
        {
            Assert.Equal(paid, (await homestays.Published<RequestRefund>(asked => asked.SubjectId == id)).AmountFen);
        }

        Assert.Equal("held", (await Stay(id)).State);
    }

    [Fact]
    public async Task Money_that_comes_after_the_deadline_buys_nothing()
    {
        var house = await homestays.Host();
        var (id, _) = await Held(house.Room.Id, 5, 7);
        await homestays.Sql($"UPDATE stays SET expires_at = now() WHERE id = '{id}'");

        await homestays.Deliver(new ConfirmStay(id, null, 60_000, "payment"));

        Assert.Equal("hold-expired", (await homestays.Published<StayRefused>(said => said.StayId == id)).Code);
        Assert.Null((await Stay(id)).ConfirmedAt);
    }

    [Fact]
    public async Task A_guest_pays_through_Payments_and_the_capture_confirms()
    {
        var house = await homestays.Host();
        var (id, guest) = await Held(house.Room.Id, 5, 7);

        Assert.Equal("200", await guest.PostAsync($"/v1/stays/{id}/pay", new { method = "sandbox" }).Code());
        var asked = await homestays.Published<RequestPayment>(said => said.SubjectId == id);
        await homestays.Deliver(new PaymentCaptured(
            Guid.CreateVersion7(), asked.Key, asked.Purpose, asked.SubjectId, asked.AmountFen, "CNY", asked.Method,
            TimeProvider.System.GetUtcNow(), Late: false));

        Assert.Equal(60_000, (await homestays.Published<StayConfirmed>(said => said.StayId == id)).PriceFen);
    }

    [Fact]
    public async Task A_released_hold_is_free_and_releasing_what_was_never_held_keeps_the_late_hold_out()
    {
        var house = await homestays.Host();
        var (id, _) = await Held(house.Room.Id, 5, 7);
        var (never, order) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        await homestays.Deliver(new ReleaseStay(id, null, CancelConfirmed: false, "order-failed"));
        await homestays.Deliver(new ReleaseStay(never, order, CancelConfirmed: false, "order-failed"));
        await homestays.Deliver(new HoldStay(
            never, order, house.Room.Id, Day(5), Day(7), 1, 0, null, "app", null, null, TimeProvider.System.GetUtcNow()
                .AddMinutes(5)));

        Assert.Equal("order-failed", (await homestays.Published<StayReleased>(said => said.StayId == id)).Reason);
        Assert.Equal("never-held", (await homestays.Published<StayReleased>(said => said.StayId == never)).Reason);
        Assert.Equal("hold-withdrawn", (await homestays.Published<StayRefused>(said => said.StayId == never)).Code);
    }

    [Theory]
    [InlineData(30, 60_000, "FULL")]
    [InlineData(8, 60_000, "FULL")]
    [InlineData(3, 30_000, "PARTIAL")]
    [InlineData(0, 0, "NONE")]
    public async Task Cancelling_gives_back_what_the_policy_says(int daysBefore, long refund, string kind)
    {
        var house = await homestays.Host();
        var (id, guest) = await Confirmed(house, daysBefore, daysBefore + 2);

        Assert.Equal("200", await guest.PostAsync($"/v1/stays/{id}/cancel").Code());

        var told = await homestays.Published<StayCancelled>(said => said.StayId == id);
        Assert.Equal((refund, kind), (told.RefundFen, told.Refund));
        if (refund > 0) Assert.Equal(refund, (await homestays.Published<RequestRefund>(asked => asked.SubjectId == id))
            .AmountFen);
        var entries = await homestays.Read(db => db.IncomeEntries.Where(entry => entry.StayId == id).ToListAsync());
        Assert.Equal(60_000 - refund, entries.Sum(entry => entry.HostFen + entry.PlatformFen + entry.VillageFen));
        Assert.Equal("409 not-cancellable", await guest.PostAsync($"/v1/stays/{id}/cancel").Code());
    }

    [Fact]
    public async Task A_host_who_cancels_gives_everything_back()
    {
        var house = await homestays.Host();
        var (id, _) = await Confirmed(house, 1, 2);

        Assert.Equal("200", await homestays.As("host", merchant: house.Merchant)
            .PostAsync($"/v1/host/stays/{id}/cancel").Code());

        Assert.Equal("FULL", (await homestays.Published<StayCancelled>(said => said.StayId == id)).Refund);
    }

    [Fact]
    public void Holidays_are_free_to_cancel_until_fifteen_days_before()
    {
        var published = Homestays.Calendars.HolidayCalendar.Published;

        var plain = CancellationPolicy.FreeUntil(new(2026, 9, 10), new(2026, 9, 12), 7, 15, published);
        var holiday = CancellationPolicy.FreeUntil(new(2026, 9, 30), new(2026, 10, 2), 7, 15, published);

        Assert.Equal(new DateTimeOffset(2026, 9, 4, 0, 0, 0, TimeSpan.FromHours(8)), plain);
        Assert.Equal(new DateTimeOffset(2026, 9, 16, 0, 0, 0, TimeSpan.FromHours(8)), holiday);
        Assert.Equal([(2025, false), (2026, false), (2027, true)],
            published.Years.Select(year => (year.Year, year.Assumed)));
    }

    [Fact]
    public async Task A_stay_is_lived_through_and_reviewed_and_an_early_departure_returns_the_nights()
    {
        var house = await homestays.Host();
        var (id, guest) = await Confirmed(house, 0, 3);
        using var host = homestays.As("host", merchant: house.Merchant);
        Assert.Equal("409 not-checked-in", await host.PostAsync($"/v1/host/stays/{id}/check-out").Code());
        Assert.Equal("409 not-over", await guest.PostAsync($"/v1/stays/{id}/review", new { stars = 5 }).Code());

        Assert.Equal("200", await host.PostAsync($"/v1/host/stays/{id}/check-in").Code());
        Assert.Equal("200", await host.PostAsync($"/v1/host/stays/{id}/check-out").Code());

        // The night slept at 30,000, and half of the two that were given back.
        var told = await homestays.Published<StayCheckedOut>(said => said.StayId == id);
        Assert.Equal((1, 60_000), (told.Nights, told.PriceFen));
        Assert.Equal(told.PriceFen, told.HostShareFen + told.PlatformFeeFen + told.VillageFundFen);
        Assert.Equal(30_000, (await homestays.Published<RequestRefund>(asked => asked.SubjectId == id)).AmountFen);
        await Held(house.Room.Id, 1, 3);
        Assert.Equal("201", await guest.PostAsync($"/v1/stays/{id}/review", new { stars = 4, text = "暖和" }).Code());
        Assert.Equal("409 already-reviewed", await guest.PostAsync($"/v1/stays/{id}/review", new { stars = 1 }).Code());
        Assert.Equal(4, (await guest.GetAsync($"/v1/homestays/{house.Listing.Id}").Body()).GetProperty("rating")
            .GetDouble());
    }

    [Fact]
    public async Task Nobody_comes_the_nights_are_free_and_the_money_stays()
    {
        var house = await homestays.Host();
        var (id, _) = await Confirmed(house, 0, 2);

        Assert.Equal("200", await homestays.As("host", merchant: house.Merchant)
            .PostAsync($"/v1/host/stays/{id}/no-show").Code());

        Assert.Equal("NONE", (await homestays.Published<StayCancelled>(said => said.StayId == id)).Refund);
        Assert.Equal(60_000, await homestays.Read(db => db.IncomeEntries.Where(e => e.StayId == id)
            .SumAsync(e => e.KeptFen)));
        await Held(house.Room.Id, 0, 2);
    }

    [Theory, InlineData("confirmed"), InlineData("checked-in")]
    public async Task A_stay_whose_end_nobody_noted_is_earned_two_days_after_its_departure(string state)
    {
        var house = await homestays.Host();
        var (id, _) = await Confirmed(house, 0, 2);
        if (state == "checked-in")
        {
            await homestays.As("host", merchant: house.Merchant).PostAsync($"/v1/host/stays/{id}/check-in");
        }

        await Ago(3);
        await homestays.RunJob<CloseForgottenStaysJob>();
        var before = (await Stay(id)).State;
        await Ago(1);
        await homestays.RunJob<CloseForgottenStaysJob>();
        await homestays.RunJob<CloseForgottenStaysJob>();

        Assert.Equal(state, before);
        var told = await homestays.Published<StayCheckedOut>(said => said.StayId == id);
        Assert.Equal((2, 60_000), (told.Nights, told.HostShareFen + told.PlatformFeeFen + told.VillageFundFen));
        Assert.Equal(60_000, await homestays.Read(db => db.IncomeEntries.Where(entry => entry.StayId == id)
            .SumAsync(entry => entry.KeptFen)));
        Assert.Single(homestays.PublishedSoFar<StayCheckedOut>(), said => said.StayId == id);

        Task Ago(int days) => homestays.Sql(
            $"UPDATE stays SET arrival = arrival - {days}, departure = departure - {days} WHERE id = '{id}'");
    }

    [Fact]
    public async Task A_stay_moves_to_free_nights_for_no_more_money_or_stays_where_it_is()
    {
        var house = await homestays.Host(rooms: 2);
        var (id, guest) = await Confirmed(house, 20, 23);
        await Held(house.Rooms[1].Id, 30, 32);

        Task<string> Move(Guid room, int from, int to) =>
            guest.PostAsync($"/v1/stays/{id}/change", new { roomId = room, arrival = Day(from), departure = Day(to) })
                .Code();
        Assert.Equal("409 nights-taken", await Move(house.Rooms[1].Id, 31, 33));
        Assert.Equal("409 costs-more", await Move(house.Rooms[1].Id, 40, 45));
        Assert.Equal("409 no-such-room", await Move((await homestays.Host()).Room.Id, 40, 42));
        Assert.Equal("200", await Move(house.Room.Id, 21, 23));

        var moved = await homestays.Published<StayChanged>(said => said.StayId == id);
        Assert.Equal((Day(21), Day(23), 60_000, 30_000, true),
            (moved.Arrival, moved.Departure, moved.PriceFen, moved.RefundFen, moved.Confirmed));
        Assert.Equal((house.Listing.NameZh, house.Listing.NameEn), (moved.ListingZh, moved.ListingEn));
        await Held(house.Room.Id, 20, 21);
    }

    [Fact]
    public async Task A_house_on_request_is_paid_only_after_the_host_said_yes()
    {
        var house = await homestays.Host(but: house => house with { InstantBook = false });
        var (id, guest) = await Held(house.Room.Id, 5, 7);
        using var host = homestays.As("host", merchant: house.Merchant);

        Assert.Equal("409 not-approved", await guest.PostAsync($"/v1/stays/{id}/pay", new { method = "sandbox" })
            .Code());
        Assert.Equal("200", await host.PostAsync($"/v1/host/stays/{id}/approve").Code());
        Assert.Equal("200", await guest.PostAsync($"/v1/stays/{id}/pay", new { method = "sandbox" }).Code());

        var (other, _) = await Held(house.Room.Id, 10, 11);
        Assert.Equal("200", await host.PostAsync($"/v1/host/stays/{other}/decline").Code());
        Assert.Equal("declined", (await homestays.Published<StayReleased>(said => said.StayId == other)).Reason);
    }

    [Fact]
    public async Task Somebody_elses_stay_is_not_there()
    {
        var house = await homestays.Host();
        var (id, guest) = await Held(house.Room.Id, 5, 7);
        using var stranger = homestays.As("tourist");
        using var otherHost = homestays.As("host", merchant: Guid.CreateVersion7());

        foreach (var path in new[] { "pay", "cancel", "change", "review" })
        {
            var body = path switch
            {
                "change" => new { roomId = house.Room.Id, arrival = Day(8), departure = Day(9) },
                "pay" => new { method = "sandbox" },
                _ => (object)new { stars = 5 },
            };
            Assert.Equal("404 not-found", await stranger.PostAsync($"/v1/stays/{id}/{path}", body).Code());
        }

        Assert.Equal("404 not-found", await stranger.GetAsync($"/v1/stays/{id}").Code());
        foreach (var path in new[] { "approve", "decline", "check-in", "check-out", "no-show", "cancel" })
        {
            Assert.Equal("404 not-found", await otherHost.PostAsync($"/v1/host/stays/{id}/{path}").Code());
            Assert.Equal("403 forbidden", await guest.PostAsync($"/v1/host/stays/{id}/{path}").Code());
        }

        Assert.Equal("404 not-found", await otherHost.PostAsync($"/v1/host/stays/{id}/receipt",
            new { paidFen = 60_000 }).Code());
        Assert.Equal("held", (await Stay(id)).State);
    }
}
