using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.EndToEnd.Tests.Orders;

/// <summary>The README's trip: planned, ordered, paid, confirmed, and one day of it cancelled.</summary>
[Collection(Journeys.Name)]
public sealed class TripJourneyTests(PlatformFixture fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private readonly RunningPlatform _platform = fixture.Platform;

    // With the long ones: half a minute, and README.md's tour is pasted as it stands by deploy/try-readme.
    [Fact, Trait("Category", "Long")]
    public async Task A_plan_becomes_an_order_is_paid_confirmed_and_loses_a_day()
    {
        await LoadAsync();
        using var tourist = await _platform.As("tourist");
        var (one, two, three) = (Day(10), Day(11), Day(12));

        var itinerary = await PlannedAsync(tourist, one, two);
        var room = (await tourist.FetchAsync(
            $"v1/homestays?arrival={one}&departure={three}&adults=2&instantBook=true&limit=1"))
            .GetProperty("items")[0].GetProperty("room").Text("id");
        var order = (await tourist.SubmitAsync("v1/orders", new
        {
            itineraryId = itinerary, payBy = "sandbox", source = "journey", travellers = Travellers(),
            lines = new[] { new { roomId = room, arrival = one, departure = three, adults = 2 } },
        })).Text("id");
        var held = await StateAsync(tourist, order, "held");
        var payment = await Eventually.Holds(
            () => PaymentAsync(tourist, held.GetProperty("payments")[0].Text("key")), known =>
                known is not null, Patience);
        await tourist.SubmitAsync(payment!.TrimStart('/'), new { });
        var confirmed = await StateAsync(tourist, order, "confirmed");
        var left = await tourist.SubmitAsync($"v1/orders/{order}/cancel", new { day = two });

        var lines = confirmed.GetProperty("lines").EnumerateArray().ToList();
        Assert.All(lines, line => Assert.Equal("sold", line.Text("state")));
        Assert.Contains(lines, line => line.Text("kind") == "stay");
        var ofTheDay = left.GetProperty("lines").EnumerateArray()
            .Where(line => line.Text("day") == two && line.Text("kind") == "ticket").ToList();
        Assert.NotEmpty(ofTheDay);
        Assert.All(ofTheDay, line => Assert.Equal("cancelled", line.Text("state")));
        Assert.Equal(
            ofTheDay.Sum(line => line.GetProperty("priceFen").GetInt64()),
            left.GetProperty("refunds").EnumerateArray().Sum(refund => refund.GetProperty("amountFen").GetInt64()));
    }

    private static string Day(int ahead) =>
        TimeProvider.System.GetUtcNow().AddHours(8).AddDays(ahead).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    // One document enters a venue once a day: every run travels with others.
    private static object[] Travellers() =>
    [
        .. Enumerable.Range(0, 2).Select(_ => new
        {
            type = "ADULT", ageBand = "18-35",
            identity =
                new { type = "passport", number = "E" + Guid.CreateVersion7().ToString("N")[^11..].ToUpperInvariant() },
        }),
    ];

    /// <summary>Until the slots have reached Routes there is nothing to book, and the plan has no tickets.</summary>
    private static Task<string> PlannedAsync(HttpClient tourist, string one, string two) => Eventually.Holds(
        async () =>
        {
            var plan = await tourist.SubmitAsync("v1/plans", new
            {
                days = new[] { new { date = one }, new { date = two } }, party = new { adults = 2 }, bookableOnly =
                    true,
            });
            var booked = plan.GetProperty("days").EnumerateArray()
                .Count(day => day.GetProperty("stops").EnumerateArray()
                .Any(stop =>
                    stop.TryGetProperty("availabilityId", out var slot) && slot.ValueKind == JsonValueKind.String));
            return booked < 2
                ? ""
                : (await tourist.SubmitAsync("v1/itineraries", new { name = "Trip", planId = plan.Text("id") }))
                    .Text("id");
        },
        itinerary => itinerary.Length > 0, Patience);

    private static Task<JsonElement> StateAsync(HttpClient tourist, string order, string state) => Eventually.Holds(
        () => tourist.FetchAsync($"v1/orders/{order}?wait=2"), shown => shown.Text("state") == state, Patience);

    private static async Task<string?> PaymentAsync(HttpClient tourist, string key)
    {
        using var answer = await tourist.GetAsync(new Uri($"v1/payments/by-key/{key}?wait=5", UriKind.Relative));
        if (!answer.IsSuccessStatusCode) return null;

        var payment = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return payment.TryGetProperty("payWith", out var with) && with.ValueKind == JsonValueKind.Object
            ? with.Text("approve") : null;
    }

    /// <summary>What deploy/up loads besides the products: the places of Routes, and homestays to sleep in.</summary>
    private async Task LoadAsync()
    {
        using var admin = await _platform.As("admin");
        string File(string name) =>
            System.IO.File.ReadAllText(Path.Combine(Repository.Root, "deploy", "catalogue", $"{name}.json"));
        await SendAsync(admin, HttpMethod.Post, "v1/places/import", "application/json",
            $$"""
            {"files":[{"name":"places.json","rows":{{File("places")}}},
            {"name":"places-additions.json","rows":{{File("places-additions")}}}]}
            """);
        await SendAsync(
            admin, HttpMethod.Put, "v1/holidays", "application/json", "{\"days\":" + File("holidays") + "}");
        var homes = await admin.GetStringAsync(
            new Uri("v1/admin/homestays/demonstration?seed=2026&listings=20", UriKind.Relative));
        await SendAsync(admin, HttpMethod.Put, "v1/admin/homestays/import", "text/csv", homes);
    }

    private static async Task SendAsync(HttpClient admin, HttpMethod method, string path, string type, string body)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type)),
        };
        using var answer = await admin.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
