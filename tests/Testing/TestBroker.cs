using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Serialization;
using Testcontainers.RabbitMq;

namespace Jingdezhen.Tourism.Testing;

/// <summary>
/// The RabbitMQ of a test run, found as <see cref="TestPostgres"/> finds its server (JDZ_TEST_BROKER and
/// JDZ_TEST_BROKER_MANAGEMENT name one). Every test class gets a virtual host of its own.
/// </summary>
public static class TestBroker
{
    private sealed record Node(Uri Broker, Uri Management);

    private static readonly Lazy<Task<Node>> Server = new(StartAsync);

    /// <summary>A fresh virtual host's amqp address.</summary>
    public static async Task<Uri> CreateAsync()
    {
        var node = await Server.Value;
        var name = $"test-{Guid.CreateVersion7():N}";
        var user = node.Broker.UserInfo.Split(':')[0];
        using var http = Client(node.Management);
        (await http.PutAsync(new Uri($"api/vhosts/{name}", UriKind.Relative), null)).EnsureSuccessStatusCode();
        (await http.PutAsJsonAsync(
            new Uri($"api/permissions/{name}/{user}", UriKind.Relative),
            new { configure = ".*", write = ".*", read = ".*" })).EnsureSuccessStatusCode();
        return new UriBuilder(node.Broker) { Path = name }.Uri;
    }

    public static async Task DropAsync(Uri broker)
    {
        using var http = Client((await Server.Value).Management);
        await http.DeleteAsync(new Uri($"api/vhosts/{broker.AbsolutePath.TrimStart('/')}", UriKind.Relative));
    }

    /// <summary>What still lies in a virtual host's queues, or is on its way to who consumes them: for the words of a
    /// test that waited in vain.</summary>
    /// <param name="broker">The virtual host.</param>
    /// <param name="management">Of a broker of one's own; else the one of the run.</param>
    public static async Task<string> LeftAsync(Uri broker, Uri? management = null)
    {
        using var http = Client(management ?? (await Server.Value).Management);
        var host = broker.AbsolutePath.Trim('/') is { Length: > 0 } name ? name : "%2F";
        var queues = await http.GetFromJsonAsync<List<Queue>>(new Uri($"api/queues/{host}", UriKind.Relative));
        var left = queues!.Where(queue => queue.Messages > 0)
            .Select(queue => $"{queue.Name} {queue.Ready} ready, {queue.Unacknowledged} unacknowledged");
        return string.Join("; ", left) is { Length: > 0 } words ? words : "no messages";
    }

    private sealed record Queue(
        string Name, long Messages, [property: JsonPropertyName("messages_ready")] long Ready,
        [property: JsonPropertyName("messages_unacknowledged")] long Unacknowledged);

    internal static HttpClient Client(Uri management) => new()
    {
        BaseAddress = new UriBuilder(management) { UserName = "", Password = "" }.Uri,
        DefaultRequestHeaders =
        {
            Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(management.UserInfo)))),
        },
    };

    private static async Task<Node> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("JDZ_TEST_BROKER") is { Length: > 0 } given)
        {
            var management = Environment.GetEnvironmentVariable("JDZ_TEST_BROKER_MANAGEMENT")
                ?? throw new InvalidOperationException("JDZ_TEST_BROKER is set, JDZ_TEST_BROKER_MANAGEMENT is not.");
            return new(new(given), new(management));
        }

        if (DockerEngine.Answers)
        {
            var container = new RabbitMqBuilder("rabbitmq:4-management")
                .WithPortBinding(15672, assignRandomHostPort: true).Build();
            await container.StartAsync();
            var broker = new Uri(container.GetConnectionString());
            var management = new UriBuilder("http", container.Hostname, container.GetMappedPublicPort(15672), "/")
            {
                UserName = broker.UserInfo.Split(':')[0], Password = broker.UserInfo.Split(':')[1],
            }.Uri;
            await ReadyAsync(management);
            return new(broker, management);
        }

        // Ended with the process; nobody disposes of a server that all test classes share.
        var own = await PrivateBroker.StartAsync();
        return new(own.Address, own.Management);
    }

    /// <summary>Waits until a node serves its virtual hosts.</summary>
    internal static async Task ReadyAsync(Uri management)
    {
        using var http = Client(management);
        await Eventually.Holds(
            async () =>
            {
                try
                {
                    return (await http.GetAsync(new Uri("api/health/checks/virtual-hosts", UriKind.Relative)))
                        .StatusCode.ToString();
                }
                catch (HttpRequestException fault)
                {
                    return fault.Message;
                }
            },
            state => state == "OK", TimeSpan.FromMinutes(3));
    }
}
