using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Jingdezhen.Tourism.Homestays.Feeds;

/// <summary>What came back: nothing new, a body, or the fault to show the host.</summary>
internal sealed record FetchedCalendar(bool NotModified, string? Body, string? ETag, string? LastModified,
    string? Fault);

/// <summary>
/// Fetches addresses that strangers type in. Every connection, redirects included, goes only to an address that was
/// just resolved and found public, and to that very address, so that a name cannot change its mind in between; bounded
/// in time and size.
/// </summary>
internal sealed class CalendarFetcher : IDisposable
{
    private const int LargestBody = 1024 * 1024, MostRedirects = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;
    private readonly HashSet<string> _allowed;

    public CalendarFetcher(IConfiguration configuration)
    {
        // host:port pairs that may be private: a test's server, a partner in the same network.
        _allowed = [.. (configuration["Feeds:AllowedHosts"] ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("Jingdezhen.Tourism", "1.0") } },
        };
    }

    /// <summary>What is wrong with an address before anybody is asked, or null.</summary>
    public string? FaultOf(string url) =>
        url.Length > 1000 || !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            ? "An absolute address of at most 1000 characters."
        : uri.Scheme is not ("http" or "https") ? "Only http and https."
        : uri.UserInfo.Length > 0 ? "No user name and password in the address."
        : IsAllowed(uri.Host, uri.Port) ? null
        : uri.Port is not (80 or 443) ? "Only the ports 80 and 443."
        : IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && !IsPublic(address) ? "No private addresses."
        : null;

    public async Task<FetchedCalendar> FetchAsync(string url, string? etag, string? lastModified,
        CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        try
        {
            return await FollowAsync(url, etag, lastModified, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Failed($"No whole answer within {Limit.TotalSeconds:0} seconds.");
        }
        catch (Exception fault)
            when (fault is HttpRequestException or IOException or SocketException or InvalidDataException)
        {
            return Failed(fault.InnerException is PrivateAddressException inner ? inner.Message : fault.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>
    /// Whether an address is one of the open internet: no loopback, private, link-local, carrier, test, multicast or
    /// reserved range, and no IPv6 form that hides one of those.
    /// </summary>
    internal static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var b = address.GetAddressBytes();
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return b switch
            {
                [0 or 10 or 127, ..] or [100, >= 64 and < 128, ..] or [169, 254, ..] or [172, >= 16 and < 32, ..]
                    or [192, 168, ..] or [192, 0, 0 or 2, _] or [192, 88, 99, _] or [198, 18 or 19, ..] or [198, 51,
                        100, _]
                    or [203, 0, 113, _] or [>= 224, ..] => false,
                _ => true,
            };
        }

        // Only 2000::/3 is global unicast; of it not 6to4, Teredo and documentation, which embed or stand for others.
        return (b[0] & 0xE0) == 0x20 && !(b[0] == 0x20 && b[1] == 0x02)
            && !(b[0] == 0x20 && b[1] == 0x01 && (b[2] == 0 || (b[2] == 0x0D && b[3] == 0xB8)));
    }

    private async Task<FetchedCalendar> FollowAsync(string url, string? etag, string? lastModified,
        CancellationToken limit)
    {
        var uri = new Uri(url);
        for (var hop = 0; hop <= MostRedirects; hop++)
        {
            if (FaultOf(uri.ToString()) is { } fault) return Failed(fault);

            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Headers.Accept.ParseAdd("text/calendar, text/plain;q=0.5");
            if (etag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", etag);
            if (lastModified is not null) request.Headers.TryAddWithoutValidation("If-Modified-Since", lastModified);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit);
            if (response.StatusCode == HttpStatusCode.NotModified) return new(true, null, etag, lastModified, null);
            if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308
                && response.Headers.Location is { } location)
            {
                uri = new Uri(uri, location);
                continue;
            }

            if (!response.IsSuccessStatusCode) return Failed($"The other side answered {(int)response.StatusCode}.");

            var body = await ReadAsync(response, limit);
            return body is null ? Failed($"The calendar is larger than {LargestBody / 1024} KiB.") : new(
                false, body, response.Headers.ETag?.ToString(), response.Content.Headers.LastModified?.ToString("R"),
                null);
        }

        return Failed($"More than {MostRedirects} redirects.");
    }

    private static async Task<string?> ReadAsync(HttpResponseMessage response, CancellationToken limit)
    {
        if (response.Content.Headers.ContentLength > LargestBody) return null;

        // Counted after decompression: a small answer may hide a large one.
        await using var stream = await response.Content.ReadAsStreamAsync(limit);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, limit)) > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > LargestBody) return null;
        }

        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var target = context.DnsEndPoint;
        var addresses = await Dns.GetHostAddressesAsync(target.Host, cancellation);
        if (addresses.Length == 0 || (!IsAllowed(target.Host, target.Port) && !Array.TrueForAll(addresses, IsPublic)))
            throw new PrivateAddressException();

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsAllowed(string host, int port) => _allowed.Contains($"{host}:{port}");

    private static FetchedCalendar Failed(string because) => new(false, null, null, null, because);

    private sealed class PrivateAddressException() : IOException("The address leads to a private network.");
}
