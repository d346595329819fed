using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Gateway.Tests.Routing;

public sealed class ForwardingTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task The_sign_in_of_the_caller_is_passed_on_as_it_is()
    {
        using var caller = gateway.From(token: "what.ever.it-is");

        var seen = await caller.GetSeen("/v1/bookings");

        Assert.Equal("Bearer what.ever.it-is", seen.Headers["authorization"]);
    }

    [Fact]
    public async Task What_a_stranger_says_of_where_it_was_forwarded_from_is_not_believed()
    {
        using var caller = gateway.From("127.0.0.7");
        foreach (var (name, value) in (IEnumerable<(string, string)>)
            [("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil.example"),
            ("X-Forwarded-Prefix", "/evil"), ("Forwarded", "for=6.6.6.6"), ("X-Real-IP", "6.6.6.6"),
                ("X-Original-URL", "/admin")])
        {
            caller.DefaultRequestHeaders.Add(name, value);
        }

        var seen = await caller.GetSeen("/v1/bookings");

        Assert.Equal(("127.0.0.7", "http"), (seen.Headers["x-forwarded-for"], seen.Headers["x-forwarded-proto"]));
        Assert.Equal(gateway.Address.Authority, seen.Headers["x-forwarded-host"]);
        Assert.DoesNotContain(seen.Headers, header => header.Value.Contains("6.6.6.6", StringComparison.Ordinal)
            || header.Value.Contains("evil", StringComparison.Ordinal) || header.Key == "x-original-url");
    }

    [Fact]
    public async Task An_event_arrives_while_the_stream_is_still_open()
    {
        using var caller = gateway.From();

        using var answer = await caller.GetAsync(
            new Uri("/v1/indicators/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var first = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(5));
        gateway.Service("Metrics").SecondWord.SetResult();
        var rest = await reader.ReadToEndAsync();

        Assert.Equal("data: first", first);
        Assert.Contains("data: second", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_service_is_a_503_that_says_when_to_come_back_and_the_others_go_on()
    {
        using var caller = gateway.From();
        await gateway.Service("Notifications").DisposeAsync();

        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 12; i++) answers.Add(await caller.GetAsync(new Uri("/v1/deliveries", UriKind.Relative)));
        var started = Stopwatch.GetTimestamp();
        var left = await caller.GetAsync(new Uri("/v1/deliveries", UriKind.Relative));
        var took = Stopwatch.GetElapsedTime(started);
        var other = await caller.GetAsync(new Uri("/v1/routes", UriKind.Relative));

        Assert.All(answers.Append(left), answer =>
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(2), answer.Headers.RetryAfter!.Delta);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        });
        Assert.True(took < TimeSpan.FromSeconds(1), $"A service known to be dead still took {took}.");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task A_service_that_comes_back_is_used_again()
    {
        using var caller = gateway.From();
        var address = gateway.Service("Payments").Address;
        await gateway.Service("Payments").DisposeAsync();
        for (var i = 0; i < 12; i++) await caller.GetAsync(new Uri("/v1/refunds", UriKind.Relative));

        await using var again = await Backend.StartAsync("Payments", address.ToString());

        await Eventually.Equal(HttpStatusCode.OK, async () =>
            (await caller.GetAsync(new Uri("/v1/refunds", UriKind.Relative))).StatusCode);
    }

    [Theory, InlineData(1024 * 1024, HttpStatusCode.OK),
        InlineData((1024 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_body_of_more_than_a_mebibyte_goes_nowhere(int size, HttpStatusCode expected)
    {
        using var caller = gateway.From();

        var answer =
            await caller.PostAsync(new Uri("/v1/plans", UriKind.Relative), new ByteArrayContent(new byte[size]));

        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.OK) Assert.Equal(size,
            (await answer.Content.ReadFromJsonAsync<Seen>())!.BodyBytes);
        else Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Theory, InlineData("/v1/places/import", 5_000_000), InlineData("/v1/imports/agency-bookings", 48_000_000)]
    public async Task An_import_may_be_larger_and_a_file_of_Metrics_much_larger(string path, int size)
    {
        using var caller = gateway.From();

        var answer = await caller.PostAsync(
            new Uri(path, UriKind.Relative), new StreamContent(new MemoryStream(new byte[size])));

        Assert.Equal(size, (await answer.Content.ReadFromJsonAsync<Seen>())!.BodyBytes);
    }

    [Fact]
    public async Task A_body_that_hides_its_length_is_stopped_on_its_way()
    {
        using var caller = gateway.From();
        caller.DefaultRequestHeaders.TransferEncodingChunked = true;

        var answer =
            await caller.PostAsync(new Uri("/v1/plans", UriKind.Relative),
                new StreamContent(new MemoryStream(new byte[3_000_000])));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Headers_beyond_reason_are_refused()
    {
        using var caller = gateway.From();
        caller.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", new string('a', 20_000));

        var answer = await caller.GetAsync(new Uri("/v1/routes", UriKind.Relative));

        Assert.Equal((HttpStatusCode)431, answer.StatusCode);
    }
}

public sealed class SilentServiceTests(SilentServiceTests.Impatient gateway)
    : IClassFixture<SilentServiceTests.Impatient>
{
    public sealed class Impatient : GatewayFixture
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["Routing:IdleTimeout"] = "00:00:01" };
    }

    [Fact]
    public async Task A_service_that_says_nothing_is_given_up()
    {
        using var caller = gateway.From();

        var answer = await caller.GetAsync(new Uri("/v1/routes/silence", UriKind.Relative));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
    }
}
