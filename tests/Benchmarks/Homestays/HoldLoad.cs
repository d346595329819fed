using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Jingdezhen.Tourism.Benchmarks.Homestays;

/// <summary>What one run of holds saw; only rooms that were held count. Latencies in milliseconds.</summary>
internal sealed record HoldResult(int Clients, long Held, int Taken, double PerSecond, double P50, double P99)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{PerSecond,7:N0}/s  p50 {P50,5:N1} ms  p99 {P99,5:N1} ms  ({Taken} met taken nights)");
}

/// <summary>A closed loop of holds over HTTP: spread rooms and nights, a connection and an account a client.</summary>
internal static class HoldLoad
{
    private const string KeyMark = "KKKKKKKK-KKKK-KKKK-KKKK-KKKKKKKKKKKK";

    // A room's number and the two dates are overwritten in place.
    private const string RoomMark = "NNNN-NNNN", ArrivalMark = "AAAA-AA-AA", DepartureMark = "DDDD-DD-DD";

    public static HoldResult Run(
        Uri address, IReadOnlyList<string> tokens, DateOnly today, int rooms, int clients, TimeSpan length)
    {
        var connections = Enumerable.Range(0, clients).Select(_ => new LoadConnection(address)).ToArray();
        var bySocket = connections.ToDictionary(connection => connection.Socket);
        var requests = connections.Select((_, i) => new Request(address, tokens[i % tokens.Count])).ToArray();
        var place = Enumerable.Range(0, clients).ToDictionary(i => connections[i]);
        var (sent, ticks, taken, held) = (new long[clients], new List<long>(256 * 1024), 0, 0L);
        var random = new Random();
        var began = Stopwatch.GetTimestamp();
        var stop = began + (long)(length.TotalSeconds * Stopwatch.Frequency);
        foreach (var connection in connections) Ask(connection);

        var open = clients;
        var ready = new List<Socket>(clients);
        while (open > 0)
        {
            ready.Clear();
            ready.AddRange(bySocket.Keys);
            Socket.Select(ready, null, null, TimeSpan.FromSeconds(10));
            if (ready.Count == 0) throw new InvalidOperationException("No answer for ten seconds.");
            foreach (var socket in ready)
            {
                var connection = bySocket[socket];
                if (!connection.Receive()) continue;

                var now = Stopwatch.GetTimestamp();
                ticks.Add(now - sent[place[connection]]);
                if (connection.Status == 201) held++;
                else if (connection.Status == 409) taken++;
                else throw new InvalidOperationException(Encoding.UTF8.GetString(connection.Answer));
                if (now < stop)
                {
                    Ask(connection);
                    continue;
                }

                open--;
                bySocket.Remove(socket);
            }
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        foreach (var connection in connections) connection.Dispose();
        ticks.Sort();
        return new(clients, held, taken, held / seconds, Percentile(0.5), Percentile(0.99));

        void Ask(LoadConnection connection)
        {
            sent[place[connection]] = Stopwatch.GetTimestamp();
            connection.Send(requests[place[connection]].Next(random, rooms, today));
        }

        double Percentile(double part) => ticks[(int)(part * (ticks.Count - 1))] * 1000.0 / Stopwatch.Frequency;
    }

    /// <summary>A client's request, written once and patched for every hold.</summary>
    private sealed class Request
    {
        private readonly byte[] _bytes;
        private readonly int _key, _room, _arrival, _departure;

        public Request(Uri address, string token)
        {
            var body =
                $$"""
                {"roomId":"0198{{RoomMark}}-7000-8000-000000000000","arrival":"{{ArrivalMark}}",
                "departure":"{{DepartureMark}}","adults":2}
                """;
            _bytes = Encoding.ASCII.GetBytes(
                $"POST /v1/stays HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {token}\r\n"
                + $"Idempotency-Key: {KeyMark}\r\nContent-Type: application/json\r\n"
                + $"Content-Length: {body.Length}\r\n\r\n{body}");
            (_key, _room) = (At(KeyMark), At(RoomMark));
            (_arrival, _departure) = (At(ArrivalMark), At(DepartureMark));
        }

        public ReadOnlySpan<byte> Next(Random random, int rooms, DateOnly today)
        {
            var arrival = today.AddDays(random.Next(30, 390));
            Guid.CreateVersion7().TryFormat(_bytes.AsSpan(_key), out _);
            random.Next(1, rooms + 1).TryFormat(
                _bytes.AsSpan(_room), out _, "0000-0000", CultureInfo.InvariantCulture);
            arrival.TryFormat(_bytes.AsSpan(_arrival), out _, "yyyy-MM-dd", CultureInfo.InvariantCulture);
            arrival.AddDays(1).TryFormat(_bytes.AsSpan(_departure), out _, "yyyy-MM-dd", CultureInfo.InvariantCulture);
            return _bytes;
        }

        private int At(string mark) => _bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(mark));
    }
}
