using System.Net.Http.Json;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jingdezhen.Tourism.Bookings.Tests;

/// <summary>Bookings over its own database and broker, with the requests that most tests begin with.</summary>
public class BookingsFixture : ServiceFixture<BookingsDb>
{
    public const string SecretsKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    /// <summary>The settings of a process that stands on the same database.</summary>
    internal IReadOnlyDictionary<string, string> ProcessSettings =>
        new Dictionary<string, string>(Environment(RuntimeConnection, OwnerConnection, Broker)) {
            ["Secrets:Key"] = SecretsKey };

    internal async Task ExecuteAsOwner(string sql)
    {
        await using var owner = Npgsql.NpgsqlDataSource.Create(OwnerConnection);
        await using var command = owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    // Nobody listens on the discard port: other services are absent unless a test speaks for them.
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Secrets:Key"] = SecretsKey, ["Services:Homestays"] = "http://127.0.0.1:9", ["Services:Routes"] =
            "http://127.0.0.1:9",
    };

    /// <summary>Stores an offer and tells the catalogue of every process.</summary>
    internal async Task<Offer> Sell(Offer offer)
    {
        await Save(offer.Rows);
        await Read(async db =>
        {
            await db.ChangeCatalogueAsync(CancellationToken.None);
            return 0;
        });
        Services.GetRequiredService<CatalogueCache>().Expire();
        return offer;
    }

    internal static Task<HttpResponseMessage> Hold(
        HttpClient http, Offer offer, int adults = 1, string? key = null, object? more = null) =>
        Hold(http, new { availabilityId = offer.Slot.Id, unitItems = Units(offer, adults) }, key);

    internal static Task<HttpResponseMessage> Hold(HttpClient http, object body, string? key = null) =>
        Post(http, "/v1/bookings", body, key ?? Guid.CreateVersion7().ToString());

    internal static object[] Units(Offer offer, int adults) =>
        [.. Enumerable.Range(0, adults).Select(_ => new { unitId = offer.Adult.Id, ageBand = "18-35" })];

    internal static async Task<HttpResponseMessage> Post(HttpClient http, string path, object body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await http.SendAsync(request);
    }

    internal static async Task<BookingResponse> Booked(Task<HttpResponseMessage> answer)
    {
        var response = await answer;
        Assert.True(
            response.IsSuccessStatusCode, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return (await response.Content.ReadFromJsonAsync<BookingResponse>())!;
    }

    /// <summary>Asks to pay, as the tourist's app does.</summary>
    internal static async Task<BookingPaymentResponse> AskToPay(HttpClient http, Guid booking, string? key = null)
    {
        var answer = await Post(
            http, $"/v1/bookings/{booking}/payments", new { method = "sandbox" }, key ?? Guid.CreateVersion7()
                .ToString());
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<BookingPaymentResponse>())!;
    }

    /// <summary>Payments' word that a payment came in.</summary>
    internal static PaymentCaptured Captured(Guid booking, BookingPaymentResponse payment, long? fen = null) => new(
        Guid.CreateVersion7(), payment.Key, "booking", booking, fen ?? payment.AmountFen, "CNY", payment.Method,
            Given.Now,
        Late: false);

    /// <summary>Pays a hold and returns the confirmed booking.</summary>
    internal async Task<BookingResponse> Pay(HttpClient tourist, BookingResponse held)
    {
        var payment = await AskToPay(tourist, held.Id);
        await Deliver(Captured(held.Id, payment));
        return await Show(tourist, held.Id);
    }

    internal static async Task<BookingResponse> Show(HttpClient http, Guid booking) =>
        (await http.GetFromJsonAsync<BookingResponse>(new Uri($"/v1/bookings/{booking}", UriKind.Relative)))!;

    /// <summary>Lets a hold's time run out: the deadline moves, the database's clock does not.</summary>
    internal Task<int> RunOut(Guid bookingId) => Read(db => db.Database.ExecuteSqlAsync(
        $"UPDATE bookings SET expires_at = now() - interval '1 second' WHERE id = {bookingId}"));

    /// <summary>What the slot counts, and what the live bookings add up to by a query that reads no counter.</summary>
    internal Task<(int Counted, int Summed)> Places(Offer offer) => Read(async db =>
    {
        var counted = await db.Slots.Where(slot => slot.Id == offer.Slot.Id).Select(slot => slot.Taken).SingleAsync();
        var summed = await db.Bookings
            .Where(b =>
                b.SlotId == offer.Slot.Id && (b.Status == BookingStatus.OnHold || b.Status == BookingStatus.Confirmed
                || b.Status == BookingStatus.Redeemed))
            .SelectMany(b => b.UnitItems).Where(item => item.Status != UnitStatus.Cancelled)
                .SumAsync(item => item.PaxCount);
        return (counted, summed);
    });
}
