using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.EndToEnd.Tests.Orders;

/// <summary>
/// Somebody with an app: orders three tickets over two days and two nights, pays in one of several ways, and asks again,
/// with the same key, whenever nobody answers.
/// </summary>
internal sealed class Customer(TripCluster cluster, int number, int seed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);
    private readonly Random _chance = new(HashCode.Combine(seed, number));
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
        var body = trip.Order(slots, Any(trip.Rooms), day, nights: 2, holdMinutes: 1);
        var placed = await AskAsync(() => Post(cluster.BookingsAddress(number), "/v1/orders", body, $"order-{number}"));
        var id = placed.GetProperty("id").GetGuid();
        var order = await UntilAsync(id, state => state != "holding");
        if (order.GetProperty("state").GetString() != "held") return id;

        var mood = _chance.Next(20);
        if (mood == 0) return id; // Walks away; the deadline ends it.
        if (mood == 1)
        {
            await AskAsync(() => Post(cluster.BookingsAddress(number), $"/v1/orders/{id}/cancel", new { }, null));
            return id;
        }

        var payment = await AskAsync(
            () => Post(cluster.BookingsAddress(number), $"/v1/orders/{id}/payments", new { method = "sandbox" }, $"pay-{number}"),
            mayRefuse: true);
        if (!payment.TryGetProperty("key", out var key)) return id;

        var charge = await AskAsync(() => Get(cluster.PaymentsAddress, $"/v1/payments/by-key/{key.GetString()}?wait=5"));
        var word = mood == 2 ? "decline" : "approve";
        var travel = $"delay={_chance.Next(4)}&copies={_chance.Next(1, 4)}";
        await AskAsync(() => Post(
            cluster.PaymentsAddress, $"/sandbox/payments/{charge.GetProperty("id").GetGuid()}/{word}?{travel}", new { }, null));
        if (mood == 3)
        {
            // Pays and changes their mind in the same breath.
            await AskAsync(
                () => Post(cluster.BookingsAddress(number), $"/v1/orders/{id}/cancel", new { }, null), mayRefuse: true);
        }

        return id;
    }

    private Guid Any(IReadOnlyList<Guid> ids) => ids[_chance.Next(ids.Count)];

    private async Task<JsonElement> UntilAsync(Guid id, Func<string, bool> fits)
    {
        while (true)
        {
            var order = await AskAsync(() => Get(cluster.BookingsAddress(number), $"/v1/orders/{id}?wait=5"));
            if (fits(order.GetProperty("state").GetString()!)) return order;
        }
    }

    /// <summary>Asks until somebody answers: whoever is dead is asked again when it is back.</summary>
    private static async Task<JsonElement> AskAsync(Func<Task<HttpResponseMessage>> ask, bool mayRefuse = false)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var seen = "nobody";
        while (true)
        {
            try
            {
                using var answer = await ask();
                seen = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
                if (answer.IsSuccessStatusCode || (mayRefuse && answer.StatusCode == HttpStatusCode.Conflict))
                {
                    return seen[4..].Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(seen[4..]);
                }
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException or TaskCanceledException)
            {
                seen = fault.Message;
            }

            if (deadline.IsCancellationRequested) throw new TimeoutException($"Nobody answered; last: {seen}");
            await Task.Delay(100);
        }
    }

    private Task<HttpResponseMessage> Get(Uri address, string path) => _http.GetAsync(new Uri(address, path));

    private Task<HttpResponseMessage> Post(Uri address, string path, object body, string? key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, path)) { Content = JsonContent.Create(body) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return _http.SendAsync(request);
    }
}
