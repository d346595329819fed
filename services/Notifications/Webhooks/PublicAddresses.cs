using System.Net;
using System.Net.Sockets;

namespace Jingdezhen.Tourism.Notifications.Webhooks;

/// <summary>
/// Connects webhooks to public addresses only. The name is resolved here and the very address that was checked is the
/// one connected to: a name that answers differently the second time (DNS rebinding) gains nothing.
/// </summary>
internal sealed class PublicAddresses(IReadOnlyCollection<string> allowedHosts)
{
    private static readonly IPNetwork[] Closed =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/4", "240.0.0.0/4", "::/128", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64",
            "2001::/32",
            "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    public bool IsAllowedHost(string host) => allowedHosts.Contains(host);

    public static bool IsPublic(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return !Closed.Any(
            network => network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain));
    }

    /// <summary>Why a URL cannot be subscribed; null where it can.</summary>
    public string? Objection(Uri url) =>
        url.UserInfo.Length > 0 ? "The address must not contain a user or password."
        : url.Fragment.Length > 0 ? "The address must not contain a fragment."
        : IsAllowedHost(url.Host) ? null
        : url.Scheme != Uri.UriSchemeHttps ? "The address must begin with https."
        : IPAddress.TryParse(url.Host.Trim('[', ']'), out var literal) && !IsPublic(literal)
            ? "The address is not a public one."
        : url.Host == "localhost" || url.Host.EndsWith(".localhost", StringComparison.Ordinal)
            || url.Host.EndsWith(".internal", StringComparison.Ordinal)
            || url.Host.EndsWith(".local", StringComparison.Ordinal)
            ? "The address is not a public one."
        : null;

    /// <exception cref="HttpRequestException">The name leads nowhere public.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = (await Dns.GetHostAddressesAsync(host, cancellation))
            .Where(address => IsAllowedHost(host) || IsPublic(address)).ToArray();
        if (addresses.Length == 0) throw new HttpRequestException("not-public");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
