using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Benchmarks.Orders;

/// <summary> Whole trips (three tickets, two stays) at a fixed rate over durable PostgreSQL and a broker of their own:
/// from the POST to all held as the long poll sees it, and from the provider's word to everything confirmed. The rival
/// is what an app must do that has no orders: the same five lines held by five calls, one after the other. Usage:
/// <c>orders [--rate 50] [--seconds 12] [--warm-up 20] [--json]</c>. </summary>
internal static class OrdersBenchmark
{
    private const int Rooms = 400;
    private const int Days = 40;
    private const double HeldGoal = 300;
    private const double ConfirmedGoal = 500;

    public static async Task<int> RunAsync(string[] args)
    {
        int Number(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and var at
            ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
        int rate = Number("--rate", 50), seconds = Number("--seconds", 12);

        var server = await TestPostgres.StartPrivateAsync(durable: true);
        Environment.SetEnvironmentVariable("JDZ_TEST_POSTGRES", server);
        var broker = await TestBroker.CreateAsync();
        var bookings = await TestPostgres.CreateAsync<BookingsDb>();
        var homestays = await TestPostgres.CreateAsync<HomestaysDb>();
        var payments = await TestPostgres.CreateAsync<PaymentsDb>();
        var seed = await TripSeed.PlantAsync(
            bookings.Owner, homestays.Owner, Days, slotsADay: 20, capacity: 1_000_000, Rooms);
        await using var ours = await StartAsync(typeof(BookingsDb), bookings, broker);
        await using var hosts = await StartAsync(typeof(HomestaysDb), homestays, broker);
        await using var till = await StartAsync(typeof(PaymentsDb), payments, broker);
        using var app = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 512 })
        {
            DefaultRequestHeaders =
                { Authorization = new AuthenticationHeaderValue("Bearer", TestTokens.For("tourist")) },
        };
        await using var costs = new OrderCosts(
        [
            ("bookings", ours, bookings.Owner), ("homestays", hosts, homestays.Owner),
            ("payments", till, payments.Owner),
        ]);
        var trips = new Trips(app, ours.Address, hosts.Address, till.Address, seed);

        await TravelAsync(rate / 2, rate / 2 * Number("--warm-up", 20), first: 0);
        var (held, confirmed) = await TravelAsync(rate, rate * seconds, first: 10_000);
        var rival = await AtRateAsync(rate, rate * seconds / 2, trips.HoldOneByOneAsync);

        var summary = new
        {
            rate,
            orders = held.Count,
            heldP50 = At(held, 0.5),
            heldP99 = At(held, 0.99),
            confirmedP50 = At(confirmed, 0.5),
            confirmedP99 = At(confirmed, 0.99),
            oneByOneP50 = At(rival, 0.5),
            oneByOneP99 = At(rival, 0.99),
            heldRatio = Math.Round(At(rival, 0.99) / At(held, 0.99), 2),
            failed = trips.Failed,
        };
        Console.WriteLine(
            $"{rate} orders a second of 3 tickets and 2 stays: {held.Count} orders, {summary.failed} failed");
        Say("POST to all held (long poll)", held, $"goal: p99 under {HeldGoal}");
        Say("provider's word to all confirmed", confirmed, $"goal: p99 under {ConfirmedGoal}");
        Say("rival: five calls in turn", rival, $"{summary.heldRatio} times ours");
        if (args.Contains("--json")) Console.WriteLine(JsonSerializer.Serialize(summary));
        return summary is { failed: 0, heldP99: < HeldGoal, confirmedP99: < ConfirmedGoal } ? 0 : 1;

        async Task<(List<double> Held, List<double> Confirmed)> TravelAsync(int pace, int count, int first)
        {
            var orders = new List<Guid>();
            var begun = await costs.ReadAsync();
            var until = await AtRateAsync(pace, count, async number =>
            {
                var id = await trips.HoldAsync(first + number);
                lock (orders) orders.Add(id);
                return id;
            });
            var held = await costs.ReadAsync();
            var charges = await trips.AskToPayAsync(orders);
            var asked = await costs.ReadAsync();
            var paid = await AtRateAsync(pace, charges.Count, number => trips.PayAsync(charges[number]));
            var ended = await costs.ReadAsync();
            Console.WriteLine(
                $"{count} orders at {pace} a second\n  holding: {costs.Each(begun, held, count)}\n"
                + $"  confirming: {costs.Each(asked, ended, count)}\n"
                + $"  way (p50/p99 ms): {await costs.WayAsync(orders)}");
            return (until, paid);
        }
    }

    private static Task<ServiceProcess> StartAsync(Type anchor, (string Runtime, string Owner) database, Uri broker) =>
        ServiceProcess.StartAsync(
            anchor,
            new Dictionary<string, string>(
                ServiceFixture<BookingsDb>.Environment(database.Runtime, database.Owner, broker))
            {
                ["Demo"] = "true", ["Secrets:Key"] = Convert.ToBase64String(new byte[32]),
            });

    /// <summary>Begins so many a second whether or not the earlier ones have ended; latencies count from the
    /// plan.</summary>
    private static async Task<List<double>> AtRateAsync<T>(int rate, int count, Func<int, Task<T>> act)
    {
        var began = Stopwatch.GetTimestamp();
        var running = new List<Task<double>>(count);
        for (var number = 0; number < count; number++)
        {
            var planned = began + (long)(number * Stopwatch.Frequency / (double)rate);
            var early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), planned);
            if (early > TimeSpan.Zero) await Task.Delay(early);

            var mine = number;
            running.Add(Task.Run(async () =>
            {
                await act(mine);
                return Stopwatch.GetElapsedTime(planned).TotalMilliseconds;
            }));
        }

        return [.. (await Task.WhenAll(running)).Order()];
    }

    private static void Say(string what, List<double> latencies, string remark) =>
        Console.WriteLine($"{what,-34} p50 {At(latencies, 0.5),6} ms   p99 {At(latencies, 0.99),6} ms   ({remark})");

    private static double At(List<double> sorted, double part) =>
        Math.Round(sorted[Math.Min(sorted.Count - 1, (int)(part * sorted.Count))]);

    private sealed class Trips(HttpClient app, Uri bookings, Uri homestays, Uri till, TripSeed seed)
    {
        private int _failed;
        private int _rivals;

        public int Failed => _failed;

        public async Task<Guid> HoldAsync(int number)
        {
            var day = number % (Days - 4);
            var rooms = seed.Rooms;
            var round = number / rooms.Count;
            var body = new
            {
                source = "benchmark",
                lines = Slots(day).Select(Ticket)
                    .Append(Stay(rooms[number % rooms.Count], round * 2 % Days)).Append(
                        Stay(rooms[(number + (rooms.Count / 2)) % rooms.Count], (round * 2 % Days) + Days)),
            };
            var placed = await PostAsync(bookings, "/v1/orders", body);
            var id = placed.GetProperty("id").GetGuid();
            var state = placed.GetProperty("state").GetString();
            while (state == "holding")
            {
                state = (await GetAsync(bookings, $"/v1/orders/{id}?wait=5")).GetProperty("state").GetString();
            }

            if (state != "held") Interlocked.Increment(ref _failed);
            return id;
        }

        public async Task<List<(Guid Order, Guid Charge)>> AskToPayAsync(IReadOnlyList<Guid> orders)
        {
            var charges = new List<(Guid, Guid)>();
            await Parallel.ForEachAsync(orders, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (order, _) =>
            {
                var asked = await PostAsync(bookings, $"/v1/orders/{order}/payments", new { method = "sandbox" });
                var path = $"/v1/payments/by-key/{asked.GetProperty("key").GetString()}?wait=5";
                JsonElement? charge = null;
                while (charge is not { } known || known.GetProperty("state").GetString() != "pending")
                {
                    charge = await FindAsync(till, path);
                }

                lock (charges) charges.Add((order, charge.Value.GetProperty("id").GetGuid()));
            });
            return charges;
        }

        public async Task<string> PayAsync((Guid Order, Guid Charge) paid)
        {
            await PostAsync(till, $"/sandbox/payments/{paid.Charge}/approve", new { });
            while (true)
            {
                var order = await GetAsync(bookings, $"/v1/orders/{paid.Order}?wait=5&while=held");
                var state = order.GetProperty("state").GetString()!;
                if (state is not ("held" or "confirming")) return state;
            }
        }

        /// <summary>The same trip without orders.</summary>
        public async Task<int> HoldOneByOneAsync(int number)
        {
            foreach (var slot in Slots(number % (Days - 4))) await PostAsync(bookings, "/v1/bookings", Ticket(slot));

            var mine = Interlocked.Increment(ref _rivals);
            foreach (var half in new[] { 0, 1 })
            {
                // Far from the nights of the orders.
                var room = seed.Rooms[((mine * 2) + half) % seed.Rooms.Count];
                await PostAsync(homestays, "/v1/stays", Stay(room, 120 + (mine * 2 / seed.Rooms.Count * 2)));
            }

            return number;
        }

        private IEnumerable<Guid> Slots(int day) =>
            [seed.Slots[day][day % 20], seed.Slots[day][(day + 7) % 20], seed.Slots[day + 1][day % 20]];

        private object Ticket(Guid slot) =>
            new { availabilityId = slot, unitItems = new[] { new { unitId = seed.UnitId } } };

        private object Stay(Guid room, int day) => new
        {
            roomId = room, arrival = seed.FirstDay.AddDays(day), departure = seed.FirstDay.AddDays(day + 2), adults = 2,
        };

        private async Task<JsonElement> PostAsync(Uri address, string path, object body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, path))
            {
                Content = JsonContent.Create(body),
                Headers = { { "Idempotency-Key", Guid.CreateVersion7().ToString() } },
            };
            using var answer = await app.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            return answer.IsSuccessStatusCode
                ? JsonSerializer.Deserialize<JsonElement>(text)
                : throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {text}");
        }

        private async Task<JsonElement> GetAsync(Uri address, string path) =>
            await FindAsync(address, path) ?? throw new InvalidOperationException($"{path} is not there.");

        private async Task<JsonElement?> FindAsync(Uri address, string path)
        {
            using var answer = await app.GetAsync(new Uri(address, path));
            return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>() : null;
        }
    }
}
