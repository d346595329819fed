using System.Collections.Concurrent;
using System.Text;
using Jingdezhen.Tourism.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Jingdezhen.Tourism.Notifications.Tests;

internal sealed record Received(string Path, string Body, Dictionary<string, string> Headers);

/// <summary>A system that listens; the path says how it answers: /ok, /fail-once, /fail-always, /redirect,
/// /gone.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private WebApplication _application = null!;

    public Uri Address { get; private set; } = null!;
    public ConcurrentQueue<Received> Got { get; } = [];

    public IEnumerable<Received> At(string path) => Got.Where(one => one.Path == path);

    public async Task StartAsync()
    {
        Address = new($"http://127.0.0.1:{PrivateProcess.FreePort()}/");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(Address.ToString());
        _application = builder.Build();
        _application.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
            var path = http.Request.Path.Value!;
            var first = !At(path).Any();
            Got.Enqueue(new(path, await reader.ReadToEndAsync(), http.Request.Headers
                .ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString())));
            if (Begins("/redirect")) http.Response.Redirect("/redirected", permanent: false, preserveMethod: true);
            else http.Response.StatusCode = Begins("/fail-always") || (Begins("/fail-once") && first) ? 500
                : Begins("/gone") ? 410 : 204;

            bool Begins(string with) => path.StartsWith(with, StringComparison.Ordinal);
        });
        await _application.StartAsync();
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
