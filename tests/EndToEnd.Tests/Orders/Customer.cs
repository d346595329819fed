using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.EndToEnd.Tests.Orders;

/// <summary>
/// Somebody with an app: orders three tickets over two days and two nights, pays or not, changes their mind at once or
/// after the confirmation, for all of it or for a day, and asks again, with the same key, whenever nobody answers.
/// </summary>
/// <param name="walksAway">Whether those who do not pay leave the rest to the deadline, or say goodbye.</param>
internal sealed class Customer(TripCluster cluster, int number, int seed, bool walksAway)
    : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);
    private readonly int _number = number;
    private int _turn = number;
    private readonly Random _chance = new(unchecked((seed * 31) + number));
    private readonly HttpClient _http = new()
    {
        Timeout = TimeSpan.FromSeconds(12),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", TestTokens.For("tourist")) },
    };

    public async Task<Guid> TravelAsync()
    {
        var trip = cluster.Seed;
        var day = _chance.Next(trip.Slots.Count - 1);
        Guid[] slots = [Any(trip.Slots[day]), Any(trip.Slots[day]), Any(trip.Slots[day + 1])];
        var body = trip.Order(slots, Any(trip.Rooms), day, nights: 2, holdMinutes: 2);
        var placed = await AskAsync(() => Post(cluster.BookingsAddress(_turn), "/v1/orders", body, $"order-{_number}"));
        var id = placed.GetProperty("id").GetGuid();
        if (await LeftAsync(id, "holding") != "held") return id;

        var mood = _chance.Next(20);
        if (mood == 0 && walksAway) return id; // The deadline ends it.
        if (mood < 2)
        {
            await CancelAsync(id);
            return id;
        }

        var payment = await AskAsync(
            () => Post(
                cluster.BookingsAddress(_turn), $"/v1/orders/{id}/payments", new { method = "sandbox" },
                $"pay-{_number}"),
            mayRefuse: true);
        if (!payment.TryGetProperty("key", out var key)) return id;

        var charge =
            await AskAsync(() => Get(cluster.PaymentsAddress, $"/v1/payments/by-key/{key.GetString()}?wait=5"));
        var word = mood == 2 ? "decline" : "approve";
        var travel = $"delay={_chance.Next(4)}&copies={_chance.Next(1, 4)}";

        // Gives up, and the money comes all the same, unless the provider never heard of it.
        if (mood == 3) await CancelAsync(id);
        await AskAsync(
            () => Post(
                cluster.PaymentsAddress, $"/sandbox/payments/{charge.GetProperty("id").GetGuid()}/{word}?{travel}"
                + (mood == 3 ? "&late=true" : ""), new { }, null),
            mayRefuse: mood == 3);

        // Changes their mind in the same breath, and insists while the order is being confirmed.
        if (mood == 4 || (mood == 2 && !walksAway)) await CancelAsync(id);
        if (mood is 5 or 6 or 7 && await LeftAsync(id, "held") == "confirmed")
        {
            await CancelAsync(id, mood == 7 ? null : trip.FirstDay.AddDays(day));
        }

        return id;
    }

    public void Dispose() => _http.Dispose();

    // Of a day that was cancelled already, and whose answer was lost, nothing is left to cancel.
    private Task<JsonElement> CancelAsync(Guid id, DateOnly? day = null) => AskAsync(
        () => Post(cluster.BookingsAddress(_turn), $"/v1/orders/{id}/cancel", new { day }, null),
        mayRefuse: day is not null);

    private Guid Any(IReadOnlyList<Guid> ids) => ids[_chance.Next(ids.Count)];

    /// <summary>The state in which the order rests after it has left another one.</summary>
    private async Task<string> LeftAsync(Guid id, string left)
    {
        while (true)
        {
            var order = await AskAsync(
                () => Get(cluster.BookingsAddress(_turn), $"/v1/orders/{id}?wait=5&while={left}"));
            var state = order.GetProperty("state").GetString()!;
            if (state != left && state is not ("confirming" or "releasing")) return state;
        }
    }

    /// <summary>Asks until somebody answers: with one of the two dead the other one is asked.</summary>
    private async Task<JsonElement> AskAsync(Func<Task<HttpResponseMessage>> ask, bool mayRefuse = false)
    {
        var seen = await Eventually.Holds(() => OnceAsync(ask), answer => answer.Status is { } status
            && ((int)status is >= 200 and < 300
                || (mayRefuse && (status is HttpStatusCode.Conflict or HttpStatusCode.NotFound))), Patience);
        return seen.Text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(seen.Text);
    }

    private async Task<(HttpStatusCode? Status, string Text)> OnceAsync(Func<Task<HttpResponseMessage>> ask)
    {
        _turn++;
        try
        {
            using var answer = await ask();
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or TaskCanceledException)
        {
            return (null, fault.Message);
        }
    }

    private Task<HttpResponseMessage> Get(Uri address, string path) => _http.GetAsync(new Uri(address, path));

    private Task<HttpResponseMessage> Post(Uri address, string path, object body, string? key)
    {
        var request =
            new HttpRequestMessage(HttpMethod.Post, new Uri(address, path)) { Content = JsonContent.Create(body) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return _http.SendAsync(request);
    }
}
