using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Homestays.Tests;

/// <summary>Another platform, on loopback: answers what the test has put there.</summary>
internal static class CalendarServer
{
    private static readonly ConcurrentDictionary<string, Func<HttpListenerContext, Task>> Answers = new();
    private static readonly Lazy<Uri> Started = new(Start);

    public static Uri Address => Started.Value;

    /// <summary>A fresh path that gives this answer; put again to change it.</summary>
    public static string Put(Func<HttpListenerContext, Task> answer, string? path = null)
    {
        path ??= $"/{Guid.CreateVersion7():N}.ics";
        Answers[path] = answer;
        return new Uri(Address, path).ToString();
    }

    public static string PutText(string text, string? etag = null, string? path = null) => Put(async context =>
    {
        if (etag is not null && context.Request.Headers["If-None-Match"] == etag)
        {
            context.Response.StatusCode = 304;
            return;
        }

        if (etag is not null) context.Response.Headers["ETag"] = etag;
        context.Response.ContentType = "text/calendar";
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
    }, path);

    private static Uri Start()
    {
        var address = new Uri($"http://127.0.0.1:{PrivateProcess.FreePort()}/");
        var listener = new HttpListener { Prefixes = { address.ToString() } };
        listener.Start();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                _ = Task.Run(async () =>
                {
                    try
                    {
                        if (Answers.TryGetValue(context.Request.Url!.AbsolutePath,
                            out var answer)) await answer(context);
                        else context.Response.StatusCode = 404;
                        context.Response.Close();
                    }
                    catch (Exception fault)
                        when (fault is HttpListenerException or IOException or ObjectDisposedException)
                    {
                        // The client gave up, as some tests want it to.
                    }
                });
            }
        });
        return address;
    }
}
