using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.EndToEnd.Tests;

/// <summary>Every service as a process of its own, started once for all journeys.</summary>
public sealed class PlatformFixture : IAsyncLifetime
{
    public RunningPlatform Platform { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Platform = await RunningPlatform.StartAsync(new Dictionary<string, string>
        {
            // The journeys share one address.
            ["Limits:AddressPerMinute"] = "60000", ["Limits:SignInPerMinute"] = "6000",
        });
    }

    public async Task DisposeAsync() => await Platform.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class Journeys : ICollectionFixture<PlatformFixture>
{
    public const string Name = "Journeys";
}

/// <summary>The gateway as a person's app uses it.</summary>
internal static class AppCalls
{
    public static async Task<JsonElement> FetchAsync(this HttpClient app, string path)
    {
        using var answer = await app.GetAsync(new Uri(path, UriKind.Relative));
        return await ReadAsync(answer, path);
    }

    /// <summary>Null while there is no such thing yet.</summary>
    public static async Task<JsonElement?> TryFetchAsync(this HttpClient app, string path)
    {
        using var answer = await app.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(answer, path);
    }

    /// <summary>Posts with an Idempotency-Key of its own.</summary>
    public static async Task<JsonElement> SubmitAsync(this HttpClient app, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Headers = { { "Idempotency-Key", Guid.CreateVersion7().ToString() } },
            Content = JsonContent.Create(body),
        };
        using var answer = await app.SendAsync(request);
        return await ReadAsync(answer, path);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, string path)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement
            : throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {text}");
    }

    public static string Text(this JsonElement element, string member) => element.GetProperty(member).GetString()!;
}
