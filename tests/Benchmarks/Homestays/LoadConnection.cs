using System.Net.Sockets;

namespace Jingdezhen.Tourism.Benchmarks.Homestays;

/// <summary>
/// One HTTP/1.1 connection with at most one request on it, for one thread that selects among many of them: the load
/// generator shares its cores with what it measures, so it costs two system calls a request and no allocation.
/// </summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly byte[] _answer = new byte[256 * 1024];
    private int _received, _whole;

    public LoadConnection(Uri address) => Socket.Connect(address.Host, address.Port);

    public Socket Socket { get; } = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>The answer's bytes, headers included, once <see cref="Receive"/> was true.</summary>
    public ReadOnlySpan<byte> Answer => _answer.AsSpan(0, _received);

    public int Status => ((_answer[9] - '0') * 100) + ((_answer[10] - '0') * 10) + _answer[11] - '0';

    public void Send(ReadOnlySpan<byte> request)
    {
        (_received, _whole) = (0, 0);
        while (request.Length > 0) request = request[Socket.Send(request)..];
    }

    /// <summary>Reads what is there; true when the answer is whole.</summary>
    public bool Receive()
    {
        var read = Socket.Receive(_answer.AsSpan(_received));
        if (read == 0) throw new InvalidOperationException("The service closed the connection.");

        _received += read;
        if (_whole == 0) _whole = WholeLength(Answer);
        return _whole > 0 ? _received >= _whole : Answer.EndsWith("\r\n0\r\n\r\n"u8);
    }

    public void Dispose() => Socket.Dispose();

    /// <summary>The length with headers; 0 while they are not all there or where the answer comes in chunks.</summary>
    private static int WholeLength(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        var at = end < 0 ? -1 : answer[..end].IndexOf("Content-Length: "u8);
        if (at < 0) return 0;

        var length = 0;
        for (var i = at + 16; answer[i] is >= (byte)'0' and <= (byte)'9'; i++) length = (length * 10) + answer[i] - '0';
        return end + 4 + length;
    }
}
