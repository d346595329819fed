using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Benchmarks.Bookings;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Testing;
using MassTransit;
using Npgsql;

namespace Jingdezhen.Tourism.Benchmarks.Payments;

/// <summary>
/// How long it takes from the provider's word to a confirmed booking, milliseconds: Payments and Bookings as processes
/// of their own over one broker, the end seen by a third that hears BookingConfirmed.
/// </summary>
internal sealed record Confirmations(int Count, double P50, double P99, double Slowest)
{
    private const int WarmUp = 1000;

    public static async Task<Confirmations> MeasureAsync(
        ServiceProcess payments, string paymentsOwner, Uri broker, int perSecond, int seconds)
    {
        var (runtime, owner) = await TestPostgres.CreateAsync<BookingsDb>();
        var offer = await BookingsBenchmark.SeedAsync(owner);
        await using var bookings = await ServiceProcess.StartAsync(
            typeof(BookingsDb), BookingsBenchmark.Settings(runtime, owner, broker));
        var heard = new ConcurrentDictionary<Guid, long>();
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(broker);
            rabbit.ReceiveEndpoint("benchmark", endpoint => endpoint.Handler<BookingConfirmed>(context =>
            {
                heard.TryAdd(context.Message.BookingId, Stopwatch.GetTimestamp());
                return Task.CompletedTask;
            }));
        });
        await bus.StartAsync();
        using var sandbox = new HttpClient { BaseAddress = payments.Address };

        var said = await SayAsync(WarmUp);
        said = await SayAsync(perSecond * seconds);

        await bus.StopAsync();
        var times = said.Select(word => Stopwatch.GetElapsedTime(word.Value, heard[word.Key]).TotalMilliseconds).Order()
            .ToArray();
        return new(times.Length, times[times.Length / 2], times[times.Length * 99 / 100], times[^1]);

        async Task<Dictionary<Guid, long>> SayAsync(int count)
        {
            var open = await HoldAsync(bookings, offer, paymentsOwner, count);
            var words = new Dictionary<Guid, long>();
            var calls = new List<Task>();
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond));
            foreach (var (booking, payment) in open)
            {
                await timer.WaitForNextTickAsync();
                words[booking] = Stopwatch.GetTimestamp();
                calls.Add(PaymentsBenchmark.ApproveAsync(sandbox, payment));
            }

            await Task.WhenAll(calls);
            await Eventually.Equal(
                count, () => Task.FromResult(words.Keys.Count(heard.ContainsKey)), TimeSpan.FromSeconds(30));
            return words;
        }
    }

    /// <summary>Held bookings with a payment that waits for its payer, by booking.</summary>
    private static async Task<Dictionary<Guid, Guid>> HoldAsync(
        ServiceProcess bookings, BookingsBenchmark.Offer offer, string paymentsOwner, int count)
    {
        using var http = bookings.Client(TestTokens.For("tourist"));
        var held = new ConcurrentBag<Guid>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (turn, _) =>
        {
            var hold = await PostAsync(http, "/v1/bookings", new
            {
                availabilityId = offer.Spread[turn % offer.Spread.Count],
                unitItems = new[] { new { unitId = offer.Unit, ageBand = "18-35" } }, source = "benchmark",
            });
            var id = hold.GetProperty("id").GetGuid();
            await PostAsync(http, $"/v1/bookings/{id}/payments", new { method = "sandbox" });
            held.Add(id);
        });
        await using var database = NpgsqlDataSource.Create(paymentsOwner);
        var asked = new Dictionary<Guid, Guid>();
        await Eventually.Equal(count, async () =>
        {
            await using var pending = database.CreateCommand(
                "SELECT subject_id, id FROM payments WHERE state = 'Pending' AND subject_id = ANY($1)");
            pending.Parameters.Add(new() { Value = held.ToArray() });
            await using var reader = await pending.ExecuteReaderAsync();
            while (await reader.ReadAsync()) asked[reader.GetGuid(0)] = reader.GetGuid(1);
            return asked.Count;
        }, TimeSpan.FromMinutes(1));
        return asked;
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = JsonContent.Create(body), Headers = { { "Idempotency-Key", $"{Guid.CreateVersion7()}" } },
        };
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
