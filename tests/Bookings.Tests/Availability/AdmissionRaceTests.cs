using System.Net;
using System.Net.Http.Headers;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Tests.Availability;

/// <summary>Many buyers, several processes, kill -9, and the guards taken out one by one.</summary>
public sealed class AdmissionRaceTests(BookingsFixture bookings) : IClassFixture<BookingsFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Of_3200_buyers_at_once_3000_get_a_place_and_the_rest_a_clean_refusal()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 3000, venueCapacity: 3500));
        await using var one = await StartAsync();
        await using var two = await StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 3200).Select(buyer =>
            BuyAsync([buyer % 2 == 0 ? one : two], offer, key: $"{offer.Slot.Id}-{buyer}", patient: false)));

        var said = answers.CountBy(answer => answer.Status).ToDictionary();
        Assert.Equal(new() { [HttpStatusCode.Created] = 3000, [HttpStatusCode.Conflict] = 200 }, said);
        Assert.Equal((3000, 3000), await bookings.Places(offer));
    }

    [Fact]
    public async Task With_one_of_two_processes_killed_every_acknowledged_booking_exists_once()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 1500, venueCapacity: 1500));
        var one = await StartAsync();
        await using var two = await StartAsync();
        var acknowledged = 0;

        var buyers = Enumerable.Range(0, 1600).Select(async buyer =>
        {
            // Whoever finds a process dead tries the other one with the same key, as an app would.
            var answer = await BuyAsync(
                buyer % 2 == 0 ? [one, two] : [two], offer, key: $"{offer.Slot.Id}-{buyer}", patient: true);
            if (Interlocked.Increment(ref acknowledged) == 300) one.Kill();
            return answer;
        });
        var answers = await Task.WhenAll(buyers);
        await one.DisposeAsync();

        var sold = answers.Where(answer => answer.Status == HttpStatusCode.Created)
            .Select(answer => answer.BookingId!.Value).ToList();
        var stored = await bookings.Read(
            db => db.Bookings.Where(b => b.SlotId == offer.Slot.Id).Select(b => b.Id).ToListAsync());
        Assert.Equal(1500, sold.Count);
        Assert.Equal(sold.Order(), stored.Order());
        Assert.Equal((1500, 1500), await bookings.Places(offer));
        Assert.All(answers,
            answer =>
            Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.Conflict, $"{answer.Status}"));
    }

    [Fact]
    public async Task The_oversell_appears_only_when_the_last_guard_goes()
    {
        await using var unguarded = new UnguardedBookings();
        await unguarded.InitializeAsync();

        await using (var one = await StartAsync(unguarded, slotLock: true))
        await using (var two = await StartAsync(unguarded, slotLock: true))
        {
            Assert.Equal(40, await MostSoldAsync(unguarded, one, two));

            await unguarded.DropCheckAsync();
            Assert.Equal(40, await MostSoldAsync(unguarded, one, two));
        }

        await unguarded.RestoreCheckAsync();
        await using (var one = await StartAsync(unguarded, slotLock: false))
        await using (var two = await StartAsync(unguarded, slotLock: false))
        {
            Assert.Equal(40, await MostSoldAsync(unguarded, one, two));

            await unguarded.DropCheckAsync();
            Assert.True(await MostSoldAsync(unguarded, one, two, rushes: 200) > 40);
        }
    }

    /// <summary>The most places, by live bookings, that any of some rushes for a slot of 40 sold; the first oversell
    /// ends it. The counter must agree wherever 40 is the most.</summary>
    private static async Task<int> MostSoldAsync(
        UnguardedBookings bookings, ServiceProcess one, ServiceProcess two, int rushes = 10)
    {
        var most = 0;
        for (var rush = 0; rush < rushes && most <= 40; rush++)
        {
            var offer = await bookings.Sell(Given.Offer(capacity: 40));
            await Task.WhenAll(Enumerable.Range(0, 160).Select(buyer =>
                BuyAsync([buyer % 2 == 0 ? one : two], offer, key: $"{offer.Slot.Id}-{buyer}", patient: false)));
            var (counted, summed) = await bookings.Places(offer);
            most = Math.Max(most, summed);
            if (summed <= 40) Assert.Equal(summed, counted);
        }

        return most;
    }

    private Task<ServiceProcess> StartAsync() => StartAsync(bookings, slotLock: true);

    private static Task<ServiceProcess> StartAsync(BookingsFixture fixture, bool slotLock) => ServiceProcess.StartAsync(
        typeof(BookingsDb),
        new Dictionary<string, string>(fixture.ProcessSettings) { ["Guards:SlotLock"] = slotLock ? "true" : "false" });

    private sealed record Bought(HttpStatusCode Status, Guid? BookingId);

    /// <summary>One buyer's attempt; a patient one goes on to the next process, with the same key, until somebody
    /// answers.</summary>
    private static async Task<Bought> BuyAsync(ServiceProcess[] processes, Offer offer, string key, bool patient)
    {
        var token = TestTokens.For("tourist", account: Guid.Parse("01900000-0000-7000-8000-00000000beef"));
        using var deadline = new CancellationTokenSource(Patience);
        for (var attempt = 0; ; attempt++)
        {
            using var http = new HttpClient { BaseAddress = processes[attempt % processes.Length].Address };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            try
            {
                var answer = await BookingsFixture.Hold(http, offer, key: key).WaitAsync(deadline.Token);
                if (answer.StatusCode != HttpStatusCode.Created) return new(answer.StatusCode, null);

                var booking = await BookingsFixture.Booked(Task.FromResult(answer));
                return new(answer.StatusCode, booking.Id);
            }
            catch (HttpRequestException) when (patient)
            {
                // Dead or dying: nobody knows yet whether the booking was made. The key will tell.
            }
            catch (IOException) when (patient)
            {
            }
        }
    }

    private sealed class UnguardedBookings : BookingsFixture, IAsyncDisposable
    {
        public Task DropCheckAsync() => ExecuteAsOwner("ALTER TABLE slots DROP CONSTRAINT IF EXISTS slot_not_oversold");

        public Task RestoreCheckAsync() => ExecuteAsOwner(
            "ALTER TABLE slots ADD CONSTRAINT slot_not_oversold CHECK (taken BETWEEN 0 AND capacity)");

        async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();
    }
}
