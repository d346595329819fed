using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.Benchmarks.Payments;

/// <summary>
/// Captures a second through the sandbox over HTTP, against pgbench writing the same rows with bare SQL on the same
/// durable server, interleaved in one run; then the time from the provider's word to a confirmed booking. Usage:
/// <c>payments [--captures 12000] [--rounds 2] [--clients 64] [--per-second 50] [--seconds 20] [--json]</c>.
/// </summary>
internal static class PaymentsBenchmark
{
    private static readonly int[] RivalClients = [1, 16, 64];

    public static async Task<int> RunAsync(string[] args)
    {
        int Number(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and var at
            ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
        var (captures, clients, rounds) =
            (Number("--captures", 12_000), Number("--clients", 64), Number("--rounds", 2));

        var perSecond = Number("--per-second", 50);
        var server = await TestPostgres.StartPrivateAsync(durable: true);
        System.Environment.SetEnvironmentVariable("JDZ_TEST_POSTGRES", server);
        var (runtime, owner) = await TestPostgres.CreateAsync<PaymentsDb>();
        var broker = await TestBroker.CreateAsync();
        var settings = new Dictionary<string, string>(ServiceFixture<PaymentsDb>.Environment(runtime, owner, broker))
        {
            ["Demo"] = "true",
        };
        var rival = new CaptureRival(owner);
        var flushes = await rival.PrepareAsync();
        var (ours, bare) = (new List<double>(), RivalClients.ToDictionary(count => count, _ => new List<double>()));
        Confirmations confirmations;
        await using (var service = await ServiceProcess.StartAsync(typeof(PaymentsDb), settings))
        {
            await CaptureAsync(service, owner, clients, await rival.PendingAsync(Math.Min(captures, 4_000)));
            for (var round = 0; round < rounds; round++)
            {
                ours.Add(await CaptureAsync(service, owner, clients, await rival.PendingAsync(captures)));
                Console.WriteLine($"captures, ours   {clients,3} clients {ours[^1],9:N0}/s");
                foreach (var count in RivalClients)
                {
                    bare[count].Add(
                        await rival.RunAsync(
                            count, await rival.PendingAsync(count == 1 ? captures / 8 : captures / 2)));
                    Console.WriteLine($"captures, rival  {count,3} clients {bare[count][^1],9:N0}/s");
                }
            }

            confirmations = await Confirmations.MeasureAsync(
                service, owner, broker, perSecond, Number("--seconds", 20));
        }

        var best = bare.Values.Max(runs => runs.Average());
        var summary = new
        {
            flushesPerSecond = Math.Round(flushes),
            captures = Math.Round(ours.Average()),
            rival = bare.ToDictionary(pair => pair.Key, pair => Math.Round(pair.Value.Average())),
            ratio = Math.Round(ours.Average() / best, 2),
            confirmedP50 = Math.Round(confirmations.P50, 1), confirmedP99 = Math.Round(confirmations.P99, 1),
            confirmedMax = Math.Round(confirmations.Slowest, 1), confirmed = confirmations.Count,
        };
        Console.WriteLine($"""

            disk                         {summary.flushesPerSecond:N0} commits a second of one row (pgbench, one client)
            captures through the sandbox {summary.captures:N0}/s, {clients} clients over HTTP
            best bare SQL                {best:N0}/s; ratio {summary.ratio} (asked: at least 0.5)
            word to confirmed booking    p50 {summary.confirmedP50} ms, p99 {summary.confirmedP99} (asked: under 500)
                                         max {summary.confirmedMax} ms of {summary.confirmed} at {perSecond} a second
            """);
        if (args.Contains("--json")) Console.WriteLine(JsonSerializer.Serialize(summary));
        return summary is { ratio: >= 0.5, confirmedP99: < 500 } ? 0 : 1;
    }

    /// <summary>From the first word to the last capture, in captures a second.</summary>
    private static async Task<double> CaptureAsync(
        ServiceProcess service, string owner, int clients, IReadOnlyList<Guid> payments)
    {
        using var http =
            new HttpClient(
                new SocketsHttpHandler { MaxConnectionsPerServer = clients }) { BaseAddress = service.Address };
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            payments, new ParallelOptions { MaxDegreeOfParallelism = clients }, async (id, _) =>
                await ApproveAsync(http, id));
        await using var database = NpgsqlDataSource.Create(owner);
        await Eventually.Equal(0L, async () =>
        {
            await using var open = database.CreateCommand("SELECT count(*) FROM payments WHERE state = 'Pending'");
            return (long)(await open.ExecuteScalarAsync())!;
        }, TimeSpan.FromMinutes(2));
        return payments.Count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    internal static async Task ApproveAsync(HttpClient sandbox, Guid payment)
    {
        using var answer =
            await sandbox.PostAsync(new Uri($"/sandbox/payments/{payment}/approve", UriKind.Relative), null);
        answer.EnsureSuccessStatusCode();
    }
}
