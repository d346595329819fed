using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Jingdezhen.Tourism.Gateway.Tests;

/// <summary>What a service behind the gateway saw.</summary>
public sealed record Seen(string Service, string Path, string Method, Dictionary<string, string> Headers,
    long BodyBytes);

/// <summary>A service of five lines that answers with what it saw.</summary>
public sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _served;

    private Backend(string name, WebApplication app) => (Name, _app) = (name, app);

    public string Name { get; }
    public Uri Address => new(_app.Urls.First());
    public int Served => Volatile.Read(ref _served);

    /// <summary>What an event stream waits for before it says its second word.</summary>
    public TaskCompletionSource SecondWord { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<Backend> StartAsync(string name, string url = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url).ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var backend = new Backend(name, app);
        app.Run(backend.AnswerAsync);
        await app.StartAsync();
        return backend;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _served);
        if (context.Request.Path.Value!.EndsWith("/stream", StringComparison.Ordinal))
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: first\n\n");
            await context.Response.Body.FlushAsync();
            await SecondWord.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("data: second\n\n");
            return;
        }

        if (context.Request.Path.Value.EndsWith("/silence", StringComparison.Ordinal))
        {
            await SecondWord.Task.WaitAsync(context.RequestAborted);
            return;
        }

        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        context.Response.Headers["X-Request-Id"] = "the-services-own";
        await context.Response.WriteAsJsonAsync(new Seen(
            Name, context.Request.Path + context.Request.QueryString, context.Request.Method,
            context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header =>
                header.Value.ToString()),
            body.Length));
    }

    public async ValueTask DisposeAsync()
    {
        SecondWord.TrySetResult();
        await _app.DisposeAsync();
    }
}

internal static class SeenExtensions
{
    public static async Task<Seen> GetSeen(this HttpClient http, string path) =>
        (await http.GetFromJsonAsync<Seen>(path))!;
}
