using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Jingdezhen.Tourism.Testing;

/// <summary>A process of our own on this machine: started, read, ended by its id with the test run.</summary>
public sealed class PrivateProcess : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<int, bool> HandedOut = new();

    private readonly Process _process;
    private readonly List<string> _output = [];
    private bool _disposed;
    private string? _folder;

    private PrivateProcess(Process process) => _process = process;

    public int Id => _process.Id;
    public bool HasExited => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_output) return string.Join('\n', _output.TakeLast(40));
        }
    }

    public static PrivateProcess Start(
        string file, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;

        var started = new PrivateProcess(new Process { StartInfo = start });
        started._process.OutputDataReceived += started.Keep;
        started._process.ErrorDataReceived += started.Keep;
        started._process.Start();
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += started.KillOnExit;
        return started;
    }

    /// <summary>A server for the whole test run: it ends with this process, even when this process is killed.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Where it keeps its data, gigabytes after a benchmark: goes when this process ends.</param>
    /// <param name="environment">What it gets besides this process's own.</param>
    public static PrivateProcess StartServer(
        string file, string[] arguments, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        const string UntilParentEnds = "\"$@\" & while kill -0 $JDZ_PARENT 2>/dev/null; do sleep 1; done; kill -9 0";
        var with = new Dictionary<string, string>(environment ?? new Dictionary<string, string>())
        {
            ["JDZ_PARENT"] = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        var server = Start("setsid", ["sh", "-c", UntilParentEnds, "sh", file, .. arguments], with);
        server._folder = folder;
        return server;
    }

    /// <summary>Runs to the end and returns what was printed.</summary>
    /// <exception cref="InvalidOperationException">It ended with another code than 0; the message quotes its
    /// output.</exception>
    public static async Task<string> RunAsync(
        string file, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var run = Start(file, arguments, environment);
        await run._process.WaitForExitAsync();
        return run._process.ExitCode == 0
            ? run.Output
            : throw new InvalidOperationException(
                $"{file} {string.Join(' ', arguments)}: {run._process.ExitCode}\n{run.Output}");
    }

    /// <summary>kill -9: no goodbye, no flush, as a crash would.</summary>
    public void Kill()
    {
        if (!_disposed && !_process.HasExited) _process.Kill(entireProcessTree: true);
    }

    /// <summary>SIGSTOP or SIGCONT to a server and its children: it hears nothing, or goes on.</summary>
    public Task FreezeAsync(bool frozen) => RunAsync(
        "pkill", [frozen ? "-STOP" : "-CONT", "-s", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);

    /// <summary>SIGTERM, then waits for the end.</summary>
    public async Task StopAsync()
    {
        if (_process.HasExited) return;
        await RunAsync("kill", ["-TERM", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillOnExit;
        Kill();
        await _process.WaitForExitAsync();
        _disposed = true;
        _process.Dispose();
    }

    /// <summary>A port of the loopback that is free now and stays so: below those from which the system serves whoever
    /// connects and a Docker engine whoever publishes, and never the same twice.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(12_000, 32_000);
            if (!HandedOut.TryAdd(port, true)) continue;

            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }

    private void KillOnExit(object? sender, EventArgs ended)
    {
        Kill();
        if (_folder is null) return;

        // Its children die a moment after it, and one may still make a file.
        _process.WaitForExit(TimeSpan.FromSeconds(5));
        for (var tries = 0; tries < 5 && Directory.Exists(_folder); tries++)
        {
            using var removing = Process.Start("rm", ["-rf", _folder]);
            removing.WaitForExit();
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            if (line.Data is not null) _output.Add(line.Data);
            if (_output.Count > 2000) _output.RemoveRange(0, 1000);
        }
    }
}
