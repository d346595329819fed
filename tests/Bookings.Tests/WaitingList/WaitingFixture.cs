using System.Collections.Concurrent;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.WaitingList;
using Jingdezhen.Tourism.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jingdezhen.Tourism.Bookings.Tests.WaitingList;

/// <summary>Slots that are sold out, and what moves their lines.</summary>
public class WaitingFixture : BookingsFixture
{
    private readonly ConcurrentDictionary<Guid, ConcurrentQueue<Guid>> _sold = new();

    /// <summary>A slot whose places are sold at the counter, one booking a place.</summary>
    internal async Task<Offer> SoldOut(int capacity, int? venueCapacity = null, int? sold = null)
    {
        var offer = await Sell(Given.Offer(capacity: capacity, venueCapacity: venueCapacity));
        using var merchant = As("merchant", merchant: offer.Supplier.Id);
        var queue = _sold.GetOrAdd(offer.Slot.Id, _ => new());
        for (var place = 0; place < (sold ?? capacity); place++)
        {
            var booking = await Booked(Post(
                merchant, "/v1/counter-sales", new { availabilityId = offer.Slot.Id, unitItems = Units(offer, 1) },
                Guid.CreateVersion7().ToString()));
            queue.Enqueue(booking.Id);
        }

        return offer;
    }

    /// <summary>Cancels so many of the places sold at the counter, while there are some.</summary>
    internal async Task<int> GiveBack(Offer offer, int places)
    {
        using var merchant = As("merchant", merchant: offer.Supplier.Id);
        var back = 0;
        while (back < places && _sold[offer.Slot.Id].TryDequeue(out var booking))
        {
            await Booked(Post(merchant, $"/v1/bookings/{booking}/cancel", new { }));
            back++;
        }

        return back;
    }

    internal static Task<HttpResponseMessage> Join(HttpClient http, Offer offer, int size, string? key = null) => Post(
        http, "/v1/waiting-parties", new { availabilityId = offer.Slot.Id, unitItems = Units(offer, size) },
        key ?? Guid.CreateVersion7().ToString());

    internal async Task<WaitingPartyResponse> Joined(Offer offer, int size, HttpClient? http = null, string? key = null)
    {
        var answer = await Join(http ?? As("tourist"), offer, size, key);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<WaitingPartyResponse>())!;
    }

    internal static async Task<WaitingPartyResponse> Show(HttpClient http, WaitingPartyResponse party)
    {
        var path = new Uri($"/v1/waiting-parties/{party.Id}", UriKind.Relative);
        return (await http.GetFromJsonAsync<WaitingPartyResponse>(path))!;
    }

    internal static Task<WaitingPartyResponse> Offered(HttpClient http, WaitingPartyResponse party) =>
        Ended(http, party, "offered");

    internal static Task<WaitingPartyResponse> Ended(HttpClient http, WaitingPartyResponse party, string state) =>
        Eventually.Holds(() => Show(http, party), shown => shown.State == state);

    /// <summary>Lets a hold run out, if it still is one.</summary>
    internal Task<int> RunOutHold(Guid booking) => Read(db => db.Database.ExecuteSqlAsync(
        $"UPDATE bookings SET expires_at = now() - interval '1 second' WHERE id = {booking} AND status = 'OnHold'"));

    /// <summary>Pays, if there still is something to pay.</summary>
    internal async Task TryPay(HttpClient http, Guid booking)
    {
        var answer = await Post(
            http, $"/v1/bookings/{booking}/payments", new { method = "sandbox" }, Guid.CreateVersion7().ToString());
        if (!answer.IsSuccessStatusCode) return;

        var payment = (await answer.Content.ReadFromJsonAsync<BookingPaymentResponse>())!;
        await Services.GetRequiredService<IBus>().Publish(Captured(booking, payment));
        await Eventually.Holds(
            () =>
                Read(db => db.BookingPayments.Where(row => row.Id == payment.Id).Select(row => row.State)
                .SingleAsync()),
            state => state == PaymentState.Captured);
    }

    /// <summary>One look at the slot, as a replica's job takes it.</summary>
    internal async Task<int> Allot(Offer offer)
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AllotPlaces>()
            .RunAsync(offer.Slot.Id, CancellationToken.None);
    }

    internal async Task<ReplayResponse> Replayed(Offer offer)
    {
        using var operators = As("operator");
        return (await operators.GetFromJsonAsync<ReplayResponse>(
            new Uri($"/v1/availability/{offer.Slot.Id}/waiting-log/replay", UriKind.Relative)))!;
    }
}
