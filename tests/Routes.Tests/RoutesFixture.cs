using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Jingdezhen.Tourism.Routes.Plans;
using Jingdezhen.Tourism.Routes.Storage;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Routes.Tests;

/// <summary>Routes with the real catalogue of Jingdezhen; its clock stands on Saturday, 10 April 2027, 08:00.</summary>
public class RoutesFixture : ServiceFixture<RoutesDb>
{
    public static readonly DateOnly Saturday = new(2027, 4, 10);
    public static readonly DateTimeOffset Morning = new(2027, 4, 10, 8, 0, 0, TimeSpan.FromHours(8));

    internal static JsonSerializerOptions Json => DraftPlan.Json;

    public static string Catalogue(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Jingdezhen.Tourism.sln"))) folder = folder.Parent!;
        return File.ReadAllText(Path.Combine(folder.FullName, "deploy", "catalogue", file));
    }

    public static JsonObject ImportBody() => new()
    {
        ["files"] = new JsonArray(
            new JsonObject { ["name"] = "places.json", ["rows"] = JsonNode.Parse(Catalogue("places.json")) },
            new JsonObject { ["name"] = "places-additions.json",
                ["rows"] = JsonNode.Parse(Catalogue("places-additions.json")) }),
    };

    protected override async Task PrepareAsync()
    {
        Clock.SetUtcNow(Morning.ToUniversalTime());
        using var admin = As("admin");
        var imported = await admin.PostAsJsonAsync("/v1/places/import", ImportBody());
        Assert.True(imported.IsSuccessStatusCode, await imported.Content.ReadAsStringAsync());
        var days = await admin.PutAsJsonAsync("/v1/holidays",
            new JsonObject { ["days"] = JsonNode.Parse(Catalogue("holidays.json")) });
        Assert.True(days.IsSuccessStatusCode, await days.Content.ReadAsStringAsync());
    }
}

internal static class Answers
{
    public static async Task<T> As<T>(this HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {text}");
        return JsonSerializer.Deserialize<T>(text, RoutesFixture.Json)!;
    }

    public static async Task<JsonElement> Problem(this HttpResponseMessage answer, System.Net.HttpStatusCode status)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public static Task<HttpResponseMessage> PostJson(
        this HttpClient http, string path, object body, string? match = null, string? key = null) =>
        Send(http, HttpMethod.Post, path, body, match, key);

    public static Task<HttpResponseMessage> PatchJson(
        this HttpClient http, string path, object body, string? match = null) =>
        Send(http, HttpMethod.Patch, path, body, match, null);

    private static async Task<HttpResponseMessage> Send(
        HttpClient http, HttpMethod method, string path, object body, string? match, string? key)
    {
        using var request = new HttpRequestMessage(
            method, path) { Content = JsonContent.Create(body, body.GetType(), options: RoutesFixture.Json) };
        if (match is not null) request.Headers.TryAddWithoutValidation("If-Match", match);
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await http.SendAsync(request);
    }
}
