using System.Text.Json;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Homestays.Stays;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Tests.Stays;

/// <summary>Money for a stay that is no part of an order: asked for, taken, owed back until it has arrived.</summary>
public sealed class StayMoneyTests(HomestaysFixture homestays) : IClassFixture<HomestaysFixture>
{
    private const long Price = 60_000;

    [Fact]
    public async Task A_refund_that_failed_is_shown_to_guest_host_and_staff_and_asked_for_until_it_arrives()
    {
        var (house, id, guest) = await Paid(daysBefore: 3);
        using var host = homestays.As("host", merchant: house.Merchant);
        await guest.PostAsync($"/v1/stays/{id}/cancel");
        var first = await homestays.Published<RequestRefund>(asked => asked.SubjectId == id);

        await homestays.Deliver(Failed(first, "account closed"));
        var toGuest = Refund(await guest.GetAsync($"/v1/stays/{id}").Body());
        var toHost = Refund(await host.GetAsync($"/v1/stays/{id}").Body());
        var hanging = await homestays.As("operator").GetAsync("/v1/admin/homestays/refunds?state=failed").Body();
        await Hurry(id);
        var second = await homestays.Published<RequestRefund>(asked => asked.SubjectId == id && asked.Key != first.Key);
        await homestays.Deliver(Failed(first, "told twice"));
        await homestays.Deliver(Settled(second), times: 2);
        await homestays.Deliver(Failed(second, "overtaken"));

        Assert.Equal(("failed", "account closed", Price / 2), toGuest);
        Assert.Equal(toGuest, toHost);
        Assert.Contains(hanging.EnumerateArray(), refund => refund.GetProperty("stayId").GetGuid() == id);
        Assert.Equal((first.AmountFen, first.PaymentKey), (second.AmountFen, second.PaymentKey));
        Assert.Equal(("settled", null, Price / 2), Refund(await guest.GetAsync($"/v1/stays/{id}").Body()));
        Assert.Equal(2, homestays.PublishedSoFar<RequestRefund>().Count(asked => asked.SubjectId == id));
        Assert.Equal("403 forbidden", await guest.GetAsync("/v1/admin/homestays/refunds").Code());
    }

    [Fact]
    public async Task An_admins_own_refund_of_a_failed_sum_is_the_last()
    {
        var (_, id, guest) = await Paid(daysBefore: 30);
        await guest.PostAsync($"/v1/stays/{id}/cancel");
        var asked = await homestays.Published<RequestRefund>(said => said.SubjectId == id);
        await homestays.Deliver(Failed(asked, "account closed"));

        await homestays.Deliver(Settled(asked with { Key = "by-hand" }));
        await Hurry(id);

        Assert.Equal("settled", Refund(await guest.GetAsync($"/v1/stays/{id}").Body()).State);
        Assert.Equal(0, await homestays.Read(db => db.StayRefunds.CountAsync(
            refund => refund.StayId == id && refund.AskAgainAt != null)));
    }

    [Fact]
    public void A_refund_is_asked_for_ever_more_seldom_and_at_least_daily()
    {
        var now = new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);
        var refund = new StayRefund
        {
            Id = Guid.CreateVersion7(), StayId = Guid.CreateVersion7(), PaymentKey = "p", Key = "k", AskedAs = "k",
            AmountFen = 1, Reason = "guest", AskedAt = now,
        };

        var pauses = Enumerable.Range(0, 14).Select(_ =>
        {
            refund.Fail("closed", now);
            var pause = refund.AskAgainAt - now;
            refund.AskAgain();
            return pause!.Value;
        }).ToList();

        Assert.Equal([1, 2, 4], pauses.Take(3).Select(pause => pause.TotalMinutes));
        Assert.Equal(TimeSpan.FromDays(1), pauses[^1]);
    }

    [Fact]
    public async Task The_statement_balances_though_a_refund_failed_because_the_money_stays_owed()
    {
        var (house, id, guest) = await Paid(daysBefore: 3);
        await guest.PostAsync($"/v1/stays/{id}/cancel");
        var asked = await homestays.Published<RequestRefund>(said => said.SubjectId == id);

        await homestays.Deliver(Failed(asked, "account closed"));

        using var host = homestays.As("host", merchant: house.Merchant);
        var statement = await host.GetAsync($"/v1/host/income?year={homestays.Today.Year}").Body();
        long Of(string name) => statement.GetProperty(name).GetInt64();
        var owed = await homestays.Read(db => db.StayRefunds.Where(refund => refund.StayId == id)
            .SumAsync(refund => refund.AmountFen));
        Assert.Equal(Price, Of("guestPaidFen") + owed);
        Assert.Equal(Of("guestPaidFen"), Of("hostShareFen") + Of("platformFeeFen") + Of("villageFundFen"));
    }

    [Fact]
    public async Task After_a_declined_payment_another_one_is_asked_for_and_confirms()
    {
        var (_, id, guest) = await Held();
        var first = await Asked(guest, id, "sandbox");
        await homestays.Deliver(new PaymentFailed(Guid.CreateVersion7(), first.Key, "stay", id, "declined"));

        var second = await Asked(guest, id, "sandbox");
        var again = await Asked(guest, id, "sandbox");
        await homestays.Deliver(Captured(second));

        await homestays.Published<StayConfirmed>(said => said.StayId == id);
        Assert.NotEqual(first.Key, second.Key);
        Assert.Equal(second.Key, again.Key);
        var payments = (await guest.GetAsync($"/v1/stays/{id}").Body()).GetProperty("payments");
        Assert.Equal(["failed", "captured"], payments.EnumerateArray().Select(paid =>
            paid.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task A_hold_that_moved_is_paid_at_its_new_price_and_the_old_payment_is_closed_or_goes_back()
    {
        var (house, id, guest) = await Held();
        var old = await Asked(guest, id, "sandbox");
        Assert.Equal("200", await guest.PostAsync($"/v1/stays/{id}/change", new
        {
            roomId = house.Room.Id, arrival = homestays.Today.AddDays(30), departure = homestays.Today.AddDays(31),
        }).Code());

        var current = await Asked(guest, id, "sandbox");
        await homestays.Published<CancelPayment>(said => said.Key == old.Key);
        await homestays.Deliver(Captured(current));
        await homestays.Deliver(Captured(old));

        Assert.Equal(Price / 2, current.AmountFen);
        Assert.Equal(Price / 2, (await homestays.Published<StayConfirmed>(said => said.StayId == id)).PriceFen);
        var back = await homestays.Published<RequestRefund>(said => said.SubjectId == id);
        Assert.Equal((old.Key, Price), (back.PaymentKey, back.AmountFen));
    }

    [Fact]
    public async Task Money_that_comes_though_the_host_was_paid_on_the_spot_goes_back_once()
    {
        var (house, id, guest) = await Held();
        var asked = await Asked(guest, id, "sandbox");
        using var host = homestays.As("host", merchant: house.Merchant);
        Assert.Equal("200", await host.PostAsync($"/v1/host/stays/{id}/receipt", new { paidFen = Price }).Code());

        await homestays.Published<CancelPayment>(said => said.Key == asked.Key);
        await homestays.Deliver(Captured(asked));
        var back = await homestays.Published<RequestRefund>(said => said.SubjectId == id);
        await homestays.Deliver(new ConfirmStay(id, null, Price, "payment", asked.Key));
        await Eventually.Equal(0L, () => homestays.Scalar<long>("SELECT count(*) FROM outbox"));

        Assert.Equal((asked.Key, Price), (back.PaymentKey, back.AmountFen));
        Assert.Single(homestays.PublishedSoFar<RequestRefund>(), said => said.SubjectId == id);
        var stay = await guest.GetAsync($"/v1/stays/{id}").Body();
        Assert.Equal("confirmed", stay.GetProperty("state").GetString());
        Assert.Equal("returned", stay.GetProperty("payments")[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_capture_told_again_after_the_cancellation_gives_back_no_more_than_the_policy()
    {
        var (_, id, guest) = await Paid(daysBefore: 3);
        await guest.PostAsync($"/v1/stays/{id}/cancel");
        await homestays.Published<RequestRefund>(said => said.SubjectId == id);

        await homestays.Deliver(new ConfirmStay(id, null, Price, "payment"));
        await Eventually.Equal(0L, () => homestays.Scalar<long>("SELECT count(*) FROM outbox"));

        Assert.Equal(Price / 2, homestays.PublishedSoFar<RequestRefund>()
            .Where(said => said.SubjectId == id).Sum(said => said.AmountFen));
    }

    private async Task<(House House, Guid Id, HttpClient Guest)> Held(int daysBefore = 20)
    {
        var house = await homestays.Host();
        var guest = homestays.As("tourist");
        var id = await guest.PostAsync("/v1/stays", new
        {
            roomId = house.Room.Id, arrival = homestays.Today.AddDays(daysBefore),
            departure = homestays.Today.AddDays(daysBefore + 2), adults = 1,
        }).Id();
        return (house, id, guest);
    }

    private async Task<(House House, Guid Id, HttpClient Guest)> Paid(int daysBefore)
    {
        var held = await Held(daysBefore);
        var asked = await Asked(held.Guest, held.Id, "sandbox");
        await homestays.Deliver(Captured(asked));
        await homestays.Published<StayConfirmed>(said => said.StayId == held.Id);
        return held;
    }

    /// <summary>The latest payment that was asked for, as Payments hears it.</summary>
    private async Task<RequestPayment> Asked(HttpClient guest, Guid id, string method)
    {
        var answer = await guest.PostAsync($"/v1/stays/{id}/pay", new { method }).Body();
        var key = answer.GetProperty("payments").EnumerateArray().Last().GetProperty("key").GetString();
        return await homestays.Published<RequestPayment>(said => said.Key == key);
    }

    private Task<int> Hurry(Guid id) => homestays.Read(db => db.Database.ExecuteSqlAsync(
        $"UPDATE stay_refunds SET ask_again_at = now() WHERE stay_id = {id} AND ask_again_at IS NOT NULL"));

    private static (string? State, string? Because, long Fen) Refund(JsonElement stay)
    {
        var refund = stay.GetProperty("refunds").EnumerateArray().Single();
        return (refund.GetProperty("state").GetString(), refund.GetProperty("failedBecause").GetString(),
            refund.GetProperty("amountFen").GetInt64());
    }

    private static PaymentCaptured Captured(RequestPayment asked) => new(
        Guid.CreateVersion7(), asked.Key, asked.Purpose, asked.SubjectId, asked.AmountFen, "CNY", asked.Method,
        TimeProvider.System.GetUtcNow(), Late: false);

    private static RefundFailed Failed(RequestRefund asked, string reason) =>
        new(asked.Key, asked.PaymentKey, "stay", asked.SubjectId, asked.AmountFen, reason);

    private static RefundSettled Settled(RequestRefund asked) => new(
        Guid.CreateVersion7(), asked.Key, Guid.CreateVersion7(), asked.PaymentKey, "stay", asked.SubjectId,
        asked.AmountFen, "CNY", TimeProvider.System.GetUtcNow());
}
