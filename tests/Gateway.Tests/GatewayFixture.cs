using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Jingdezhen.Tourism.Gateway.Routing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Jingdezhen.Tourism.Gateway.Tests;

/// <summary>The gateway on a real socket, with tiny services behind it.</summary>
public class GatewayFixture : IAsyncLifetime
{
    private readonly List<Backend> _backends = [];
    private WebApplicationFactory<RouteTable> _application = null!;

    public Uri Address { get; private set; } = null!;

    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    public Backend Service(string name) => _backends.Single(backend => backend.Name == name);

    public async Task InitializeAsync()
    {
        foreach (var name in (string[])["Identity", "Bookings", "Metrics", "Routes", "Homestays", "Payments",
            "Complaints", "Notifications"])
        {
            _backends.Add(await Backend.StartAsync(name));
        }

        _application = new WebApplicationFactory<RouteTable>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment("Testing");
            foreach (var backend in _backends) host.UseSetting($"Services:{backend.Name}", backend.Address.ToString());
            foreach (var (name, value) in Settings) host.UseSetting(name, value);
        });
        _application.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _application.StartServer();
        Address = new(_application.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async Task DisposeAsync()
    {
        await _application.DisposeAsync();
        foreach (var backend in _backends) await backend.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A client that comes from the given loopback address; all of 127.0.0.0/8 is ours.</summary>
    public HttpClient From(string address = "127.0.0.1", string? token = null)
    {
        var http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            ConnectCallback = async (connection, cancellation) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay =
                    true };
                socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
                await socket.ConnectAsync(IPAddress.Loopback, connection.DnsEndPoint.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            BaseAddress = Address,
        };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return http;
    }

    /// <summary>A token that says what it likes; its signature is nonsense.</summary>
    public static string MadeUpToken(string subject)
    {
        var claims = $$"""{"sub":"{{subject}}","client_id":"app"}""";
        return $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.nonsense";
    }
}
