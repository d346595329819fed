using Jingdezhen.Tourism.Complaints.Purchases;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Complaints.Tests.Purchases;

/// <summary>What was bought, learnt from events in whatever order they come.</summary>
public sealed class PurchaseTests(ComplaintsFixture complaints) : IClassFixture<ComplaintsFixture>
{
    [Theory]
    [InlineData("0 1 2"), InlineData("0 2 1"), InlineData("1 0 2"), InlineData("1 2 0"), InlineData("2 0 1")]
    [InlineData("2 1 0")]
    public async Task A_booking_that_moved_twice_is_where_it_moved_last_in_whatever_order_it_is_told(string order)
    {
        var bought = await TellAsync(complaints, order);

        Assert.Equal((Slots[2], 1, 30_000L), (bought.SlotId!.Value, bought.People, bought.PaidFen));
        Assert.Equal((Starts.AddDays(2), Starts.AddDays(2).AddHours(2)), (bought.StartsAt, bought.EndsAt));
    }

    [Fact]
    public async Task Without_the_guard_a_late_change_overwrites_a_later_one()
    {
        var office = await ComplaintsFixture.With(("Guards:LatestChange", "false"));

        var bought = await TellAsync(office, "0 2 1");

        Assert.Equal(Slots[1], bought.SlotId);
        await office.DisposeAsync();
    }

    [Theory]
    [InlineData("0 1 2"), InlineData("0 2 1"), InlineData("1 0 2"), InlineData("1 2 0"), InlineData("2 0 1")]
    [InlineData("2 1 0")]
    public async Task A_stay_that_moved_twice_has_cost_what_was_paid_and_given_back_what_was_refunded(string order)
    {
        var (id, merchant) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var day = DateOnly.FromDateTime(Starts.DateTime);
        foreach (var which in order.Split(' '))
        {
            await (which switch
            {
                "0" => complaints.Deliver(new StayConfirmed(
                    id, null, Guid.CreateVersion7(), Slots[0], Slots[0], merchant, Guid.CreateVersion7(), null,
                    "Fuliang", true, day, day.AddDays(2), 2, "app", null, null, null, "CN", 100_000, "CNY", "payment"),
                    occurredAt: Starts),
                "1" => MoveAsync(1, 80_000, 20_000),
                _ => MoveAsync(2, 70_000, 10_000),
            });
        }

        var bought = await complaints.Read(db => db.Purchases.SingleAsync(row => row.Id == id));
        Assert.Equal((100_000L, 30_000L), (bought.PaidFen, bought.GivenBackFen));
        Assert.Equal((Slots[2], Nights.Arrive(day.AddDays(2))), (bought.ProductId!.Value, bought.StartsAt));
        Assert.Equal(Nights.Leave(day.AddDays(3)), bought.EndsAt);

        Task<Guid> MoveAsync(int to, long priceFen, long refundFen) => complaints.Deliver(
            new StayChanged(
                id, null, Slots[to], Slots[to], merchant, day.AddDays(to), day.AddDays(to + 1), priceFen, refundFen,
                Confirmed: true),
            occurredAt: Starts.AddMinutes(to));
    }

    [Fact]
    public async Task Sales_that_are_told_together_are_each_learnt_as_they_were()
    {
        var told = Enumerable.Range(0, 20).Select(number =>
            (Id: Guid.CreateVersion7(), Fen: 10_000L + number, Slot: Guid.CreateVersion7())).ToList();

        await Task.WhenAll(told.Select(sale => complaints.Deliver(
            Sale(sale.Id, Guid.CreateVersion7(), sale.Slot, Guid.CreateVersion7()) with { PriceFen = sale.Fen },
            times: 2)));

        var learnt = await complaints.Read(db => db.Purchases.ToDictionaryAsync(row => row.Id));
        Assert.All(told, sale => Assert.Equal(
            (sale.Fen, sale.Slot, 3, Starts),
            (learnt[sale.Id].PaidFen, learnt[sale.Id].SlotId!.Value, learnt[sale.Id].People,
                learnt[sale.Id].StartsAt!.Value)));
    }

    [Fact]
    public async Task Of_states_of_a_slot_that_are_told_together_the_latest_stays()
    {
        var slot = new AvailabilityChanged(
            Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), "v", Starts,
            Starts.AddHours(2), "AVAILABLE", 50, 0, Version: 1);

        await Task.WhenAll(
            complaints.Deliver(slot with { Version = 3, Status = "CLOSED" }), complaints.Deliver(slot),
            complaints.Deliver(slot with { Version = 2 }));

        var learnt = await complaints.Read(db => db.Slots.SingleAsync(row => row.Id == slot.AvailabilityId));
        Assert.Equal((true, 3L), (learnt.Closed, learnt.Version));
    }

    private static readonly DateTimeOffset Starts = new(2026, 5, 4, 1, 0, 0, TimeSpan.Zero);
    private static readonly Guid[] Slots = [Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()];

    // 0 is the sale; 1 and 2 are its changes, each a day later and for one visitor and 10,000 fen less.
    private static async Task<Purchase> TellAsync(ComplaintsFixture office, string order)
    {
        var (id, product, merchant) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        foreach (var which in order.Split(' ').Select(int.Parse))
        {
            await (which == 0
                ? office.Deliver(Sale(id, product, Slots[0], merchant), occurredAt: Starts)
                : office.Deliver(
                    new BookingChanged(
                        id, product, Slots[which], merchant, 3 - which, 3 - which, 30_000 - 10_000 * which,
                        Confirmed: true, Starts.AddDays(which)),
                    occurredAt: Starts.AddMinutes(which)));
        }

        return await office.Read(db => db.Purchases.SingleAsync(row => row.Id == id));
    }

    private static BookingConfirmed Sale(Guid id, Guid product, Guid slot, Guid merchant) => new(
        id, null, Guid.CreateVersion7(), product, Guid.CreateVersion7(), slot, merchant, "v", "Zhushan", "kiln", false,
        "app", null, null, null, "CN", new Dictionary<string, int>(), 3, 3, 30_000, "CNY", "payment", Starts,
        Starts.AddHours(2), Starts);
}
