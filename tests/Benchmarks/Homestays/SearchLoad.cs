using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Jingdezhen.Tourism.Benchmarks.Homestays;

/// <summary>What an open loop of searches saw. Latencies in milliseconds, from the moment a search was due.</summary>
internal sealed record SearchResult(
    int Answers, int Failed, double Results, double PerSecond, double P50, double P99, double Slowest)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Answers} answers, {Failed} failed, {Results:F1} results each, {PerSecond:F0}/s served, p50 {P50:F1} ms, "
        + $"p99 {P99:F1} ms, max {Slowest:F1} ms");
}

/// <summary>
/// Every search has its own moment, whether the ones before have been answered or not, and lateness counts: where no
/// connection is free it waits, and that wait is part of its latency.
/// </summary>
internal static class SearchLoad
{
    private const int MostConnections = 256;

    public static SearchResult Run(Uri address, DateOnly today, int perSecond, int seconds, int seed)
    {
        var random = new Random(seed);
        var requests = Enumerable.Range(0, perSecond * seconds)
            .Select(_ => $"GET {Question(random, today)} HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n")
            .Select(Encoding.ASCII.GetBytes).ToArray();
        var free = new Stack<LoadConnection>();
        var busy = new Dictionary<Socket, (LoadConnection Connection, int Number)>();
        for (var i = 0; i < 32; i++) free.Push(new(address));

        var (latencies, failed, results, next, answered) = (new double[requests.Length], 0, 0L, 0, 0);
        var ready = new List<Socket>();
        var began = Stopwatch.GetTimestamp();
        double Due(int number) => number * 1000.0 / perSecond;
        double Now() => Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        while (answered < requests.Length)
        {
            while (next < requests.Length && Due(next) <= Now() && (free.Count > 0 || busy.Count < MostConnections))
            {
                var connection = free.Count > 0 ? free.Pop() : new(address);
                connection.Send(requests[next]);
                busy.Add(connection.Socket, (connection, next++));
            }

            // poll(2) waits whole milliseconds: a search goes out late by one at most, and its latency says so.
            var wait = next < requests.Length && busy.Count < MostConnections ? Math.Max(0, Due(next) - Now()) : 1000;
            ready.Clear();
            ready.AddRange(busy.Keys);
            if (ready.Count == 0) ready.Add(free.Peek().Socket);
            Socket.Select(ready, null, null, TimeSpan.FromMilliseconds(Math.Ceiling(wait)));
            foreach (var socket in ready)
            {
                var (connection, number) = busy[socket];
                if (!connection.Receive()) continue;

                latencies[number] = Now() - Due(number);
                answered++;
                if (connection.Status != 200) failed++;
                results += connection.Answer.Count("\"totalFen\""u8);
                busy.Remove(socket);
                free.Push(connection);
            }
        }

        var took = Now() / 1000;
        foreach (var connection in free) connection.Dispose();
        Array.Sort(latencies);
        double At(double share) => latencies[(int)Math.Ceiling(latencies.Length * share) - 1];
        return new(
            latencies.Length, failed, (double)results / latencies.Length, latencies.Length / took, At(0.5), At(0.99),
            At(1));
    }

    private static string Question(Random random, DateOnly today)
    {
        var arrival = today.AddDays(random.Next(1, 360));
        var departure = arrival.AddDays(random.Next(1, 6));
        var url = $"/v1/homestays?arrival={arrival:O}&departure={departure:O}&adults={random.Next(1, 4)}";
        return url + random.Next(6) switch
        {
            0 => "&district=Fuliang",
            1 => "&priceTo=150000&amenities=wifi,kiln",
            2 => string.Create(CultureInfo.InvariantCulture,
                $"&sort=distance&near={29.2 + (random.NextDouble() / 2):F4},{117.1 + (random.NextDouble() / 2):F4}"),
            3 => "&sort=rating",
            4 => "&village=Sanbao&residentRun=true",
            _ => "",
        };
    }
}
