using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Jingdezhen.Tourism.Benchmarks.Bookings;

/// <summary>What one run of load saw. Latencies in milliseconds.</summary>
internal sealed record LoadResult(int Clients, double PerSecond, double P50, double P99, double Slowest, int Refused)
{
    public override string ToString() =>
        $"{PerSecond,9:N0}/s  p50 {P50,6:N1} ms  p99 {P99,6:N1} ms  max {Slowest,6:N1} ms";
}

/// <summary>
/// A closed loop of holds over HTTP/1.1, one connection a client, written to cost the service's cores as little as can
/// be: one thread polls all sockets, and a request is a template in which key and slot are overwritten.
/// </summary>
internal static class LoadGenerator
{
    private const int MostRefused = 100;
    private const string KeyMark = "KKKKKKKK-KKKK-KKKK-KKKK-KKKKKKKKKKKK";
    private const string SlotMark = "SSSSSSSS-SSSS-SSSS-SSSS-SSSSSSSSSSSS";
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(30);

    public static Task<LoadResult> RunAsync(
        Uri address, IReadOnlyList<string> tokens, IReadOnlyList<Guid> slots, Guid unit, int clients,
            TimeSpan length) =>
        Task.Factory.StartNew(
            () => Run(address, tokens, slots, unit, clients, length), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static LoadResult Run(
        Uri address, IReadOnlyList<string> tokens, IReadOnlyList<Guid> slots, Guid unit, int clients, TimeSpan length)
    {
        var connections = Enumerable.Range(0, clients)
            .ToDictionary(
                client => Connect(address), client => new Client(address, tokens[client % tokens.Count], unit));
        var ticks = new List<long>(256 * 1024);
        var random = new Random(clients);
        var refused = 0;
        var began = Stopwatch.GetTimestamp();
        var stop = began + (long)(length.TotalSeconds * Stopwatch.Frequency);
        foreach (var (socket, client) in connections) client.Send(socket, Next());

        var busy = connections.Keys.ToList();
        var ready = new List<Socket>(clients);
        while (busy.Count > 0)
        {
            ready.Clear();
            ready.AddRange(busy);
            Socket.Select(ready, checkWrite: null, checkError: null, LongestAnswer);
            if (ready.Count == 0) throw new InvalidOperationException($"No answer within {LongestAnswer}.");

            foreach (var socket in ready)
            {
                var client = connections[socket];
                if (client.Receive(socket) is not { } answer) continue;

                ticks.Add(answer.Took);
                if (answer.Status != 201 && ++refused > MostRefused)
                {
                    throw new InvalidOperationException($"More than {MostRefused} answers of {answer.Status}.");
                }

                if (Stopwatch.GetTimestamp() < stop) client.Send(socket, Next());
                else busy.Remove(socket);
            }
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        foreach (var socket in connections.Keys) socket.Dispose();

        ticks.Sort();
        return new(clients, ticks.Count / seconds, Percentile(0.5), Percentile(0.99), Percentile(1), refused);

        Guid Next() => slots[slots.Count == 1 ? 0 : random.Next(slots.Count)];
        double Percentile(double part) =>
            ticks[Math.Min(ticks.Count - 1, (int)(part * ticks.Count))] * 1000.0 / Stopwatch.Frequency;
    }

    private static Socket Connect(Uri address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(address.Host, address.Port);
        return socket;
    }

    /// <summary>One connection: its request, and as much of the answer as has arrived.</summary>
    private sealed class Client
    {
        private readonly byte[] _request;
        private readonly int _keyAt;
        private readonly int _slotAt;
        private readonly byte[] _answer = new byte[16 * 1024];
        private int _received;
        private long _sentAt;

        public Client(Uri address, string token, Guid unit)
        {
            var items = $$"""[{"unitId":"{{unit}}","ageBand":"18-35"}]""";
            var body = $$"""{"availabilityId":"{{SlotMark}}","unitItems":{{items}},"source":"benchmark"}""";
            _request = Encoding.ASCII.GetBytes(
                $"POST /v1/bookings HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {token}\r\n"
                + $"Idempotency-Key: {KeyMark}\r\nContent-Type: application/json\r\n"
                + $"Content-Length: {body.Length}\r\n\r\n{body}");
            _keyAt = Find(KeyMark);
            _slotAt = Find(SlotMark);
        }

        public void Send(Socket socket, Guid slot)
        {
            Guid.CreateVersion7().TryFormat(_request.AsSpan(_keyAt, 36), out _);
            slot.TryFormat(_request.AsSpan(_slotAt, 36), out _);
            _received = 0;
            _sentAt = Stopwatch.GetTimestamp();
            socket.Send(_request);
        }

        /// <summary>The status and how long it took, once the whole answer is here.</summary>
        public (int Status, long Took)? Receive(Socket socket)
        {
            var read = socket.Receive(_answer.AsSpan(_received));
            if (read == 0) throw new InvalidOperationException("The service closed the connection.");

            _received += read;
            var headers = _answer.AsSpan(0, _received).IndexOf("\r\n\r\n"u8);
            if (headers < 0 || !IsWhole(_answer.AsSpan(0, _received), headers)) return null;

            var status = ((_answer[9] - '0') * 100) + ((_answer[10] - '0') * 10) + _answer[11] - '0';
            return (status, Stopwatch.GetTimestamp() - _sentAt);
        }

        /// <summary>By its length, or by the end of its last chunk.</summary>
        private static bool IsWhole(ReadOnlySpan<byte> answer, int headers)
        {
            var at = answer[..headers].IndexOf("Content-Length: "u8);
            if (at < 0) return answer.EndsWith("0\r\n\r\n"u8);

            var length = 0;
            for (var i = at + 16; answer[i] is >= (byte)'0' and <= (byte)'9'; i++)
            {
                length = (length * 10) + answer[i] - '0';
            }

            return answer.Length >= headers + 4 + length;
        }

        private int Find(string mark) => _request.AsSpan().IndexOf(Encoding.ASCII.GetBytes(mark));
    }
}
