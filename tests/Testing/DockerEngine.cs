using System.Net.Sockets;

namespace Jingdezhen.Tourism.Testing;

/// <summary>Whether a Docker engine answers, so that Testcontainers can be used.</summary>
internal static class DockerEngine
{
    public static readonly bool Answers = Probe();

    private static bool Probe()
    {
        var address = new Uri(Environment.GetEnvironmentVariable("DOCKER_HOST") ?? "unix:///var/run/docker.sock");
        if (address.Scheme != "unix") return true;

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(address.AbsolutePath));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
