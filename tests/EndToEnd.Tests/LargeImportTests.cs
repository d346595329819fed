using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.EndToEnd.Tests;

/// <summary>A file of several megabytes passes the gateway on its one way, and is loaded whole.</summary>
public sealed class LargeImportTests : IAsyncLifetime
{
    private const int Rows = 80_000;
    private const int Megabyte = 1024 * 1024;
    private const string Import = "v1/imports/agency-bookings";
    private const long LargestImport = 2L << 30;
    private const string TooLarge = "HTTP/1.1 413 Payload Too Large";
    private const string Day = "2025-05-01";

    private RunningPlatform _platform = null!;

    public async Task InitializeAsync() =>
        _platform = await RunningPlatform.StartAsync(services: ["Identity", "Gateway", "Metrics"]);

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task A_file_of_more_than_five_megabytes_is_imported_through_the_gateway_and_a_larger_one_is_not()
    {
        using var admin = await AdminAsync();
        var file = File(Rows);
        Assert.InRange(file.Length, 5 * Megabyte, 10 * Megabyte);

        using var loaded = await PostAsync(admin, file);

        var import = JsonDocument.Parse(await loaded.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(HttpStatusCode.Created, loaded.StatusCode);
        Assert.Equal(("loaded", Rows), (import.Text("state"), import.GetProperty("written").GetInt32()));
        Assert.Equal((Rows, 1), await KnownAsync(admin));

        // The way of imports alone is so wide.
        Assert.Equal(TooLarge, await AnnounceAsync("v1/indicator-alerts", file.Length));
        Assert.Equal(TooLarge, await AnnounceAsync(Import, LargestImport + 1));
        Assert.Equal((Rows, 1), await KnownAsync(admin));
    }

    /// <summary>Identity seeds the demo's accounts right after its start.</summary>
    private async Task<HttpClient> AdminAsync()
    {
        var admin = await Eventually.Holds(
            async () =>
            {
                try
                {
                    return await _platform.As("admin");
                }
                catch (InvalidOperationException)
                {
                    return null;
                }
            },
            client => client is not null, TimeSpan.FromSeconds(60));
        admin!.Timeout = TimeSpan.FromMinutes(5);
        return admin;
    }

    private static byte[] File(int rows)
    {
        var text = new StringBuilder("reference,day,venue,county,kind,visitors,price_fen,country\n");
        for (var row = 0; row < rows; row++)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"agency-of-the-city-{row:D10},{Day},ancient-kiln,Zhushan,museum,2,19000,CN\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient admin, byte[] file)
    {
        using var body = new ByteArrayContent(file);
        return await admin.PostAsync(new Uri($"{Import}?simulated=true", UriKind.Relative), body);
    }

    /// <summary>How many bookings the indicator counts, and how many imports there were.</summary>
    private static async Task<(int Bookings, int Imports)> KnownAsync(HttpClient admin)
    {
        var bookings = await admin.FetchAsync($"v1/indicators/bookings?from={Day}&to=2025-05-02");
        var imports = await admin.FetchAsync("v1/imports");
        return (bookings.GetProperty("indicator").GetProperty("n").GetInt32(), imports.GetArrayLength());
    }

    /// <summary>Says how long a body will be, and hears the answer before a byte of it is sent.</summary>
    private async Task<string> AnnounceAsync(string path, long bytes)
    {
        var token = await _platform.TokenAsync("admin");
        using var connection = new TcpClient();
        await connection.ConnectAsync(_platform.Gateway.Host, _platform.Gateway.Port);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /{path}?simulated=true HTTP/1.1\r\nHost: {_platform.Gateway.Authority}\r\n"
            + $"Authorization: Bearer {token}\r\nContent-Length: {bytes}\r\n\r\n"));
        using var answer = new StreamReader(stream);
        return await answer.ReadLineAsync() ?? "";
    }
}
