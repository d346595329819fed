using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Identity.Accounts;
using Jingdezhen.Tourism.Identity.SignUps;
using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Jingdezhen.Tourism.Identity.Tests;

/// <summary>Identity as the demo runs it, with the codes caught instead of printed.</summary>
public class IdentityFixture : ServiceFixture<IdentityDb>
{
    public const string Password = "Porcelain-1-test";

    private readonly CaughtCodes _codes = new();

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Demo"] = "true", ["Demo:Password"] = Password,
    };

    protected override void ConfigureServices(IServiceCollection services) =>
        services.AddSingleton<ICodeSender>(_codes);

    protected override Task PrepareAsync() => Eventually.Holds(
        async () =>
            await (await Anonymous().GetAsync(new Uri("/health/ready", UriKind.Relative))).Content.ReadAsStringAsync(),
        state => state.Contains("\"status\":\"Healthy\",\"checks\"", StringComparison.Ordinal));

    /// <summary>The codes sent to an address, the newest last.</summary>
    public IReadOnlyList<string> CodesFor(string address) =>
        [.. _codes.Sent.Where(sent => sent.To == address).Select(sent => sent.Code)];

    public async Task<(HttpResponseMessage Answer, JsonElement Body)> Post(string path,
        params (string Name, string Value)[] form)
    {
        using var http = Anonymous();
        using var content =
            new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer, text.StartsWith('{') ? JsonDocument.Parse(text).RootElement : default);
    }

    public Task<(HttpResponseMessage Answer, JsonElement Body)> PasswordGrant(
        string person, string password = Password, string scope = "openid offline_access") => Post(
        "/connect/token", ("grant_type", "password"), ("client_id", "demo"), ("scope", scope),
        ("username", person.Contains('@', StringComparison.Ordinal) ? person : $"{person}@demo.jingdezhen.example"),
            ("password", password));

    public Task<(HttpResponseMessage Answer, JsonElement Body)> Refresh(string refreshToken) => Post(
        "/connect/token", ("grant_type", "refresh_token"), ("client_id", "demo"), ("refresh_token", refreshToken));

    /// <summary>A client signed in as one of the demo's people, with a token that Identity itself made.</summary>
    public async Task<HttpClient> SignedIn(string person, string password = Password)
    {
        var (_, body) = await PasswordGrant(person, password);
        return WithToken(body.GetProperty("access_token").GetString()!);
    }

    /// <summary>A new tourist, signed up by code.</summary>
    public async Task<string> SignUp(string? address = null)
    {
        address ??= $"guest-{Guid.CreateVersion7():N}@example.com";
        using var http = Anonymous();
        var started =
            await (await http.PostAsJsonAsync("/v1/sign-ups",
                new { address })).Content.ReadFromJsonAsync<SignUpResponse>();
        var confirmed = await http.PostAsJsonAsync(
            $"/v1/sign-ups/{started!.Id}/confirm", new { code = CodesFor(address)[^1], name = "Guest", password =
                Password });
        confirmed.EnsureSuccessStatusCode();
        return address;
    }

    private sealed class CaughtCodes : ICodeSender
    {
        public ConcurrentQueue<(string To, string Code)> Sent { get; } = new();

        public Task SendAsync(Address to, string code, string language, CancellationToken cancellation)
        {
            Sent.Enqueue((to.Text, code));
            return Task.CompletedTask;
        }
    }
}
