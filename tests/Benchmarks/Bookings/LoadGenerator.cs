using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Jingdezhen.Tourism.Benchmarks.Bookings;

/// <summary>What one run of load saw. Latencies in milliseconds.</summary>
internal sealed record LoadResult(int Clients, double PerSecond, double P50, double P99, double Slowest, int Refused)
{
    public override string ToString() => $"{PerSecond,9:N0}/s  p50 {P50,6:N1} ms  p99 {P99,6:N1} ms  max {Slowest,6:N1} ms";
}

/// <summary>
/// A closed loop of holds over HTTP/1.1, one connection a client, written to cost the service's cores as little as can be:
/// a request is a template in which key and slot are overwritten.
/// </summary>
internal static class LoadGenerator
{
    private const string KeyMark = "KKKKKKKK-KKKK-KKKK-KKKK-KKKKKKKKKKKK";
    private const string SlotMark = "SSSSSSSS-SSSS-SSSS-SSSS-SSSSSSSSSSSS";

    public static async Task<LoadResult> RunAsync(
        Uri address, IReadOnlyList<string> tokens, IReadOnlyList<Guid> slots, Guid unit, int clients, TimeSpan length)
    {
        var stop = Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency);
        var began = Stopwatch.GetTimestamp();
        var runs = await Task.WhenAll(Enumerable.Range(0, clients).Select(client =>
            Task.Run(() => LoopAsync(address, tokens[client % tokens.Count], slots, unit, client, stop))));
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var ticks = runs.SelectMany(run => run.Ticks).Order().ToArray();
        double Percentile(double part) => ticks.Length == 0 ? 0
            : ticks[Math.Min(ticks.Length - 1, (int)(part * ticks.Length))] * 1000.0 / Stopwatch.Frequency;
        return new(clients, ticks.Length / seconds, Percentile(0.5), Percentile(0.99), Percentile(1), runs.Sum(run => run.Refused));
    }

    private static async Task<(List<long> Ticks, int Refused)> LoopAsync(
        Uri address, string token, IReadOnlyList<Guid> slots, Guid unit, int client, long stop)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port);
        var body = $$"""{"availabilityId":"{{SlotMark}}","unitItems":[{"unitId":"{{unit}}","ageBand":"18-35"}],"source":"benchmark"}""";
        var request = Encoding.ASCII.GetBytes(
            $"POST /v1/bookings HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {KeyMark}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        int keyAt = Find(request, KeyMark), slotAt = Find(request, SlotMark);
        var answer = new byte[16 * 1024];
        var ticks = new List<long>(64 * 1024);
        var random = new Random(client);
        var refused = 0;
        while (Stopwatch.GetTimestamp() < stop)
        {
            Guid.CreateVersion7().TryFormat(request.AsSpan(keyAt, 36), out _);
            slots[slots.Count == 1 ? 0 : random.Next(slots.Count)].TryFormat(request.AsSpan(slotAt, 36), out _);
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(request);
            var status = await ReadAsync(socket, answer);
            ticks.Add(Stopwatch.GetTimestamp() - sent);
            if (status != 201 && ++refused > 100) throw new InvalidOperationException($"More than 100 answers of {status}.");
        }

        return (ticks, refused);
    }

    private static async Task<int> ReadAsync(Socket socket, byte[] buffer)
    {
        int received = 0, end;
        do
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(received));
            if (read == 0) throw new InvalidOperationException("The service closed the connection.");
            received += read;
            end = buffer.AsSpan(0, received).IndexOf("\r\n\r\n"u8);
        }
        while (end < 0);

        var left = end + 4 + ContentLength(buffer.AsSpan(0, end)) - received;
        while (left > 0) left -= await socket.ReceiveAsync(buffer.AsMemory(0, Math.Min(buffer.Length, left)));

        return ((buffer[9] - '0') * 100) + ((buffer[10] - '0') * 10) + buffer[11] - '0';
    }

    private static int ContentLength(ReadOnlySpan<byte> headers)
    {
        var at = headers.IndexOf("Content-Length: "u8);
        if (at < 0) throw new InvalidOperationException("The answer has no Content-Length.");

        var length = 0;
        for (var i = at + 16; i < headers.Length && headers[i] is >= (byte)'0' and <= (byte)'9'; i++) length = (length * 10) + headers[i] - '0';
        return length;
    }

    private static int Find(byte[] request, string mark) => request.AsSpan().IndexOf(Encoding.ASCII.GetBytes(mark));
}
