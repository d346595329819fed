using System.Text.Json;

namespace Jingdezhen.Tourism.Gateway.Tests.Requests;

public sealed class RequestHandlingTests(RequestHandlingTests.WithOrigin gateway)
    : IClassFixture<RequestHandlingTests.WithOrigin>
{
    public sealed class WithOrigin : GatewayFixture
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["Cors:Origins:0"] = "https://app.example" };
    }

    [Fact]
    public async Task A_callers_request_id_goes_to_the_service_and_back()
    {
        using var caller = gateway.From();
        caller.DefaultRequestHeaders.Add("X-Request-Id", "trip-2026.11_23-abc");

        var answer = await caller.GetAsync(new Uri("/v1/routes", UriKind.Relative));

        Assert.Contains("trip-2026.11_23-abc", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(["trip-2026.11_23-abc"], answer.Headers.GetValues("X-Request-Id"));
    }

    [Theory, InlineData("short"), InlineData("has spaces in it"), InlineData("<script>alert(1)</script>"),
        InlineData(null)]
    public async Task An_id_that_is_none_is_replaced(string? given)
    {
        using var caller = gateway.From();
        caller.DefaultRequestHeaders.TryAddWithoutValidation("X-Request-Id", given);

        var answer = await caller.GetAsync(new Uri("/v1/nothing", UriKind.Relative));

        var id = answer.Headers.GetValues("X-Request-Id").Single();
        Assert.True(Guid.TryParse(id, out _), id);
        Assert.Equal(id,
            JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement
                .GetProperty("requestId").GetString());
    }

    [Theory, InlineData("https://app.example", true), InlineData("https://evil.example", false)]
    public async Task Only_configured_origins_may_read_answers(string origin, bool allowed)
    {
        using var caller = gateway.From();
        caller.DefaultRequestHeaders.Add("Origin", origin);

        var answer = await caller.GetAsync(new Uri("/v1/routes", UriKind.Relative));

        Assert.Equal(allowed, answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Answers_carry_the_security_headers_and_no_servers_name()
    {
        using var caller = gateway.From();

        var answer = await caller.GetAsync(new Uri("/v1/routes", UriKind.Relative));

        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["DENY"], answer.Headers.GetValues("X-Frame-Options"));
        Assert.Equal(["no-referrer"], answer.Headers.GetValues("Referrer-Policy"));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory, InlineData("/health/live"), InlineData("/health/ready")]
    public async Task The_gateway_says_that_it_is_well(string path)
    {
        using var caller = gateway.From();

        Assert.Equal("Healthy", await caller.GetStringAsync(new Uri(path, UriKind.Relative)));
    }
}
