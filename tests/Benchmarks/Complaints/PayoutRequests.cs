using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Testing;
using MassTransit;
using Npgsql;

namespace Jingdezhen.Tourism.Benchmarks.Complaints;

/// <summary>
/// How long a tourist with a clear case waits: from their filing, which is decided and approved by rule in the same
/// transaction, to the request to pay, heard on the bus by somebody else. One after the other, as in an office.
/// </summary>
internal static class PayoutRequests
{
    public static async Task<ComplaintsBenchmark.Seen> MeasureAsync(
        ServiceProcess service, string owner, Uri broker, int count)
    {
        var heard = new ConcurrentDictionary<Guid, TaskCompletionSource<long>>();
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(broker);
            rabbit.ReceiveEndpoint("benchmark", endpoint => endpoint.Handler<RequestPayout>(context =>
            {
                Of(context.Message.SubjectId).TrySetResult(Stopwatch.GetTimestamp());
                return Task.CompletedTask;
            }));
        });
        await bus.StartAsync();

        // Ten for warming up.
        var times = new List<double>();
        var began = Stopwatch.GetTimestamp();
        foreach (var (account, booking) in await SellAsync(owner, count + 10))
        {
            using var http = service.Client(TestTokens.For("tourist", account));
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/cases", UriKind.Relative))
            {
                Content = JsonContent.Create(new
                {
                    category = "ticket", facts = "窑址关门，没有人接待", remedy = "退票", claimedFen = 20_000,
                    phone = "13879800001", channel = "app", purchaseId = booking,
                }),
            };
            request.Headers.Add("Idempotency-Key", $"{Guid.CreateVersion7()}");
            var asked = Stopwatch.GetTimestamp();
            using var answer = await http.SendAsync(request);
            answer.EnsureSuccessStatusCode();
            var filed = await answer.Content.ReadFromJsonAsync<CaseResponse>();
            var at = await Of(filed!.Id).Task.WaitAsync(TimeSpan.FromSeconds(30));
            times.Add(Stopwatch.GetElapsedTime(asked, at).TotalMilliseconds);
        }

        await bus.StopAsync();
        return ComplaintsBenchmark.Sum(times.Skip(10), Stopwatch.GetElapsedTime(began));

        TaskCompletionSource<long> Of(Guid id) =>
            heard.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    // What the events of the sale, of the closed venue and of a merchant that consents would have written.
    private static async Task<List<(Guid Account, Guid Booking)>> SellAsync(string owner, int count)
    {
        await using var database = NpgsqlDataSource.Create(owner);
        await using var sell = database.CreateCommand(
            """
            WITH seller AS (
                INSERT INTO merchants (id, kind, name, county, standing_consent, consent_patterns, version)
                VALUES (gen_random_uuid(), 'supplier', 'bench', 'Zhushan', true,
                    ARRAY['not-redeemed-closed-venue'], 1) RETURNING id),
            closed AS (
                INSERT INTO slots (id, closed, version) VALUES (gen_random_uuid(), true, 1) RETURNING id)
            INSERT INTO purchases (id, kind, account_id, merchant_id, product_id, slot_id, venue_id, county,
                product_kind, channel, paid_fen, people, starts_at, ends_at, confirmed_at)
            SELECT gen_random_uuid(), 'booking', gen_random_uuid(), seller.id, gen_random_uuid(), closed.id, 'v',
                'Zhushan', 'kiln', 'app', 20000, 1, now() - interval '1 day', now() - interval '22 hours',
                now() - interval '2 days'
            FROM seller, closed, generate_series(1, $1) RETURNING account_id, id
            """);
        sell.Parameters.Add(new() { Value = count });
        var sold = new List<(Guid, Guid)>();
        await using var reader = await sell.ExecuteReaderAsync();
        while (await reader.ReadAsync()) sold.Add((reader.GetGuid(0), reader.GetGuid(1)));
        return sold;
    }
}
