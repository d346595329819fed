using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Homestays.Stays;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Homestays.Tests.Stays;

/// <summary>What an order that spans services relies on, in whatever order and however often its commands come.
/// </summary>
public sealed class OrderedStayTests(HomestaysFixture homestays) : IClassFixture<HomestaysFixture>
{
    private readonly Guid _stay = Guid.CreateVersion7(), _order = Guid.CreateVersion7();

    private DateOnly Day(int fromNow) => homestays.Today.AddDays(fromNow);

    private HoldStay Hold(House house, int minutes = 15) => new(
        _stay, _order, house.Room.Id, Day(10), Day(12), 2, 0, AccountId: Guid.CreateVersion7(), "app", null, null,
        TimeProvider.System.GetUtcNow().AddMinutes(minutes));

    private ConfirmStay Confirm(long paidFen = 60_000) => new(_stay, _order, paidFen, "payment");

    private ReleaseStay Release(bool cancel = false) => new(_stay, _order, cancel, "order-failed");

    private Task<Stay> Stored() => homestays.Read(db => db.Stays.AsNoTracking().SingleAsync(stay => stay.Id == _stay));

    private Task<string> NextGuest(House house) => homestays.As("tourist").PostAsync(
        "/v1/stays", new { roomId = house.Room.Id, arrival = Day(10), departure = Day(12), adults = 1 }).Code();

    private async Task<string> RefusalOf() =>
        (await homestays.Published<StayRefused>(no => no.StayId == _stay && no.OrderId == _order)).Code;

    [Fact]
    public async Task A_release_that_overtakes_its_hold_wins_and_is_answered_each_time()
    {
        var house = await homestays.Host();

        await homestays.Deliver(Release());
        await homestays.Deliver(Release());
        await homestays.Deliver(Hold(house));

        Assert.Equal("hold-withdrawn", await RefusalOf());
        Assert.Equal(["never-held", "never-held"], homestays.PublishedSoFar<StayReleased>()
            .Where(said => said.StayId == _stay).Select(said => said.Reason));
        Assert.Equal("201", await NextGuest(house));
    }

    [Fact]
    public async Task A_release_that_meets_its_hold_on_the_way_wins_too()
    {
        var house = await homestays.Host();
        await using var jam = await Jam.BeginAsync(homestays);
        var held = homestays.Deliver(Hold(house));
        await jam.StopsAsync(1);

        var released = homestays.Deliver(Release());
        await jam.StopsAsync(2);
        await jam.EndAsync();
        await Task.WhenAll(held, released);

        Assert.Equal("released", (await Stored()).State);
        Assert.Equal("201", await NextGuest(house));
    }

    [Fact]
    public async Task A_hold_that_comes_again_after_its_release_holds_nothing()
    {
        var house = await homestays.Host();
        await homestays.Deliver(Hold(house));
        await homestays.Deliver(Release());

        await homestays.Deliver(Hold(house));

        Assert.Equal("released", (await Stored()).State);
        await homestays.Published<StayHeld>(said => said.StayId == _stay);
        Assert.Single(homestays.PublishedSoFar<StayHeld>(), said => said.StayId == _stay);
        Assert.Equal("201", await NextGuest(house));
    }

    [Fact]
    public async Task A_hold_that_comes_after_its_own_deadline_is_refused()
    {
        var house = await homestays.Host();

        await homestays.Deliver(Hold(house, minutes: -1));

        Assert.Equal("hold-too-late", await RefusalOf());
        Assert.Equal("201", await NextGuest(house));
    }

    [Fact]
    public async Task A_confirmation_after_the_deadline_is_refused_so_that_the_order_gives_the_money_back()
    {
        var house = await homestays.Host();
        await homestays.Deliver(Hold(house));
        await homestays.Sql($"UPDATE stays SET expires_at = now() WHERE id = '{_stay}'");
        Assert.Equal("201", await NextGuest(house));

        await homestays.Deliver(Confirm());

        Assert.Equal("hold-expired", await RefusalOf());
        Assert.DoesNotContain(homestays.PublishedSoFar<RequestRefund>(), asked => asked.SubjectId == _stay);
        Assert.Equal("expired", (await Stored()).State);
    }

    [Fact]
    public async Task A_confirmation_of_what_was_released_or_never_held_is_refused()
    {
        var house = await homestays.Host();
        var never = Guid.CreateVersion7();
        await homestays.Deliver(Hold(house));
        await homestays.Deliver(Release());

        await homestays.Deliver(Confirm());
        await homestays.Deliver(new ConfirmStay(never, _order, 1, "payment"));

        Assert.Equal("not-held", await RefusalOf());
        Assert.Equal("no-such-stay", (await homestays.Published<StayRefused>(no => no.StayId == never)).Code);
    }

    [Fact]
    public async Task Confirmed_twice_is_sold_once_and_a_stray_release_does_not_undo_the_sale()
    {
        var house = await homestays.Host();
        await homestays.Deliver(Hold(house));
        await homestays.Deliver(Confirm());
        await homestays.Deliver(Confirm());

        await homestays.Deliver(Release());

        Assert.Equal("not-held", await RefusalOf());
        Assert.Single(homestays.PublishedSoFar<StayConfirmed>(), said => said.StayId == _stay);
        Assert.Equal(("confirmed", 60_000), ((await Stored()).State, (await Stored()).PaidFen));
        Assert.Equal("409 nights-taken", await NextGuest(house));
    }

    [Fact]
    public async Task An_order_that_cancels_a_sale_hears_what_the_policy_gives_back_and_pays_it_itself()
    {
        var house = await homestays.Host();
        await homestays.Deliver(Hold(house));
        await homestays.Deliver(Confirm());

        await homestays.Deliver(Release(cancel: true));
        await homestays.Deliver(Release(cancel: true));

        var told = await homestays.Published<StayCancelled>(said => said.StayId == _stay);
        Assert.Equal((_order, "FULL", 60_000), (told.OrderId, told.Refund, told.RefundFen));
        Assert.Single(homestays.PublishedSoFar<StayCancelled>(), said => said.StayId == _stay);
        Assert.Equal("order-failed", (await homestays.Published<StayReleased>(said => said.StayId == _stay)).Reason);
        Assert.DoesNotContain(homestays.PublishedSoFar<RequestRefund>(), asked => asked.SubjectId == _stay);
        Assert.Equal("201", await NextGuest(house));
    }

    [Fact]
    public async Task A_house_on_request_cannot_be_part_of_an_order_and_its_host_gives_no_receipt_for_one()
    {
        var (onRequest, house) = (await homestays.Host(but: house => house with { InstantBook = false }),
            await homestays.Host());
        await homestays.Deliver(Hold(onRequest));
        Assert.Equal("on-request", await RefusalOf());

        var other = Guid.CreateVersion7();
        await homestays.Deliver(Hold(house) with { StayId = other });

        Assert.Equal("409 part-of-an-order", await homestays.As("host", merchant: house.Merchant)
            .PostAsync($"/v1/host/stays/{other}/receipt", new { paidFen = 60_000 }).Code());
        Assert.Equal(0, await homestays.Scalar<long>("SELECT count(*) FROM failed_messages"));
    }
}

/// <summary>The control: without the locks a hold outlives the release that passed it.</summary>
public sealed class UnlockedOrderTests(UnlockedOrderTests.Unlocked homestays)
    : IClassFixture<UnlockedOrderTests.Unlocked>
{
    public sealed class Unlocked : HomestaysFixture
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string>(base.Settings) { ["Admission:RoomLock"] = "false" };
    }

    [Fact]
    public async Task Without_the_lock_a_release_that_meets_its_hold_on_the_way_is_lost()
    {
        var (house, stay, order) = (await homestays.Host(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await using var jam = await Jam.BeginAsync(homestays);
        var held = homestays.Deliver(new HoldStay(
            stay, order, house.Room.Id, homestays.Today.AddDays(10), homestays.Today.AddDays(12), 2, 0,
            AccountId: null, "app", null, null, TimeProvider.System.GetUtcNow().AddMinutes(15)));
        await jam.StopsAsync(1);

        await homestays.Deliver(new ReleaseStay(stay, order, CancelConfirmed: false, "order-failed"));
        await jam.EndAsync();
        await held;

        Assert.Equal("held", (await homestays.Read(db => db.Stays.SingleAsync(s => s.Id == stay))).State);
    }
}

/// <summary>Stops every hold between its last look and its first row, until it ends.</summary>
internal sealed class Jam(HomestaysFixture homestays, NpgsqlConnection connection) : IAsyncDisposable
{
    public static async Task<Jam> BeginAsync(HomestaysFixture homestays)
    {
        var connection = new NpgsqlConnection(homestays.OwnerConnection);
        await connection.OpenAsync();
        await using var begin = new NpgsqlCommand(
            "BEGIN; LOCK TABLE idempotency_keys IN EXCLUSIVE MODE", connection);
        await begin.ExecuteNonQueryAsync();
        return new(homestays, connection);
    }

    /// <summary>Until so many sessions wait for a lock.</summary>
    public Task StopsAsync(long count) => Eventually.Holds(
        () => homestays.Scalar<long>(
            """
            SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
            """),
        waiting => waiting >= count);

    public async Task EndAsync()
    {
        await using var end = new NpgsqlCommand("COMMIT", connection);
        await end.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
