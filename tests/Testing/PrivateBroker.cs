using System.Text;

namespace Jingdezhen.Tourism.Testing;

/// <summary>
/// A RabbitMQ node of one's own from the system's binaries, on a free port with its own data folder: what an outage
/// test kills and starts again.
/// </summary>
public sealed class PrivateBroker : IAsyncDisposable
{
    private const string Server = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    private readonly string _home = Directory.CreateTempSubdirectory("jdz-rabbitmq-").FullName;
    private readonly int _port = PrivateProcess.FreePort();
    private readonly int _management = PrivateProcess.FreePort();
    private readonly int _distribution = PrivateProcess.FreePort();
    private PrivateProcess? _process;

    private PrivateBroker()
    {
    }

    public Uri Address => new($"amqp://guest:guest@127.0.0.1:{_port}/");
    public Uri Management => new($"http://guest:guest@127.0.0.1:{_management}/");

    public static async Task<PrivateBroker> StartAsync()
    {
        if (!File.Exists(Server))
        {
            throw new InvalidOperationException(
                "No RabbitMQ for the tests: set JDZ_TEST_BROKER, start a Docker engine, or install rabbitmq-server "
                + "(tests that kill a broker need its binaries).");
        }

        var broker = new PrivateBroker();
        await File.WriteAllTextAsync($"{broker._home}/enabled_plugins", "[rabbitmq_management].\n");
        await File.WriteAllTextAsync(
            $"{broker._home}/rabbitmq.conf",
            $"listeners.tcp.default = 127.0.0.1:{broker._port}\n"
            + $"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {broker._management}\n");
        await broker.StartAgainAsync();
        return broker;
    }

    /// <summary>kill -9 of the node.</summary>
    public void Kill() => _process!.Kill();

    /// <summary>Lets it hang, its connections open, or go on.</summary>
    public Task FreezeAsync(bool frozen) => _process!.FreezeAsync(frozen);

    /// <summary>Starts the node on its old data and returns when it serves.</summary>
    public async Task StartAgainAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _process = PrivateProcess.StartServer(Server, [], _home, new Dictionary<string, string>
        {
            ["HOME"] = _home,
            ["RABBITMQ_NODENAME"] = $"test{_port}@localhost",
            ["RABBITMQ_DIST_PORT"] = $"{_distribution}",
            ["RABBITMQ_MNESIA_BASE"] = $"{_home}/data",
            ["RABBITMQ_LOG_BASE"] = $"{_home}/log",
            ["RABBITMQ_CONFIG_FILE"] = $"{_home}/rabbitmq.conf",
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = $"{_home}/enabled_plugins",
            ["RABBITMQ_PID_FILE"] = $"{_home}/pid",

            // The busy wait of Erlang's schedulers would eat a small machine.
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "+sbwt none +sbwtdcpu none +sbwtdio none",
        });
        await TestBroker.ReadyAsync(Management);
    }

    /// <summary>What the node says of its queues, connections and channels, and the end of its log: for the words of a
    /// test that waited in vain.</summary>
    public async Task<string> DescribeAsync()
    {
        using var http = TestBroker.Client(Management);
        var words = new StringBuilder();
        foreach (var (what, columns) in new[]
        {
            ("queues", "name,state,leader,online,messages_ready,messages_unacknowledged"),
            ("connections", "name,state,channels,timeout"),
            ("channels", "name,state,messages_unconfirmed,messages_unacknowledged,consumer_count"),
        })
        {
            words.AppendLine(await http.GetStringAsync(new Uri($"api/{what}?columns={columns}", UriKind.Relative)));
        }

        foreach (var log in Directory.GetFiles($"{_home}/log", "*.log"))
        {
            words.AppendLine(string.Join('\n', (await File.ReadAllLinesAsync(log)).TakeLast(60)));
        }

        return words.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }
}
