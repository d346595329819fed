using System.Net;

namespace Jingdezhen.Tourism.Gateway.Tests.Limits;

public sealed class RateLimitsTests(RateLimitsTests.Strict gateway) : IClassFixture<RateLimitsTests.Strict>
{
    private const int CallerQuota = 12;
    private const int AddressQuota = 30;
    private const int SignInQuota = 6;

    public sealed class Strict : GatewayFixture
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
        {
            ["Limits:CallerPerMinute"] = $"{CallerQuota}",
            ["Limits:AddressPerMinute"] = $"{AddressQuota}",
            ["Limits:SignInPerMinute"] = $"{SignInQuota}",
        };
    }

    [Fact]
    public async Task A_caller_who_asks_too_much_is_told_when_to_come_back()
    {
        using var caller = gateway.From("127.0.1.1", GatewayFixture.MadeUpToken("me"));

        var answers = await Ask(caller, CallerQuota + 1);

        Assert.Equal(CallerQuota, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        var refused = answers[^1];
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 5);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        Assert.Contains("too-many-requests", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_tells_the_quotas_and_what_is_left()
    {
        using var caller = gateway.From("127.0.1.2", GatewayFixture.MadeUpToken("me"));

        var answers = await Ask(caller, 2);

        Assert.Equal(
            [$"\"address\";q={AddressQuota};w=60, \"caller\";q={CallerQuota};w=60"],
                answers[1].Headers.GetValues("RateLimit-Policy"));
        Assert.Equal(
            [$"\"address\";r={AddressQuota - 2};t=4, \"caller\";r={CallerQuota - 2};t=10"],
                answers[1].Headers.GetValues("RateLimit"));
    }

    [Fact]
    public async Task Inventing_a_new_caller_for_each_request_does_not_escape_the_address()
    {
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < AddressQuota + 5; i++)
        {
            using var caller = gateway.From("127.0.1.3", GatewayFixture.MadeUpToken($"invented-{i}"));
            answers.AddRange(await Ask(caller, 1));
        }

        Assert.Equal(AddressQuota, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
    }

    [Fact]
    public async Task Nobody_empties_the_quota_of_another_by_writing_their_name_into_a_token()
    {
        using var thief = gateway.From("127.0.1.4", GatewayFixture.MadeUpToken("victim"));
        using var victim = gateway.From("127.0.1.5", GatewayFixture.MadeUpToken("victim"));
        await Ask(thief, CallerQuota + 1);

        var answers = await Ask(victim, 1);

        Assert.Equal(HttpStatusCode.OK, answers[0].StatusCode);
    }

    [Fact]
    public async Task Passwords_are_tried_only_a_few_times_a_minute_from_one_address()
    {
        using var guesser = gateway.From("127.0.1.6");

        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < SignInQuota + 2; i++)
        {
            answers.Add((await guesser.PostAsync(new Uri("/connect/token", UriKind.Relative),
                new StringContent(""))).StatusCode);
        }

        var reading = await guesser.GetAsync(new Uri("/.well-known/jwks", UriKind.Relative));

        Assert.Equal(SignInQuota, answers.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
        Assert.Equal(HttpStatusCode.OK, reading.StatusCode);
    }

    [Theory, InlineData("nonsense"), InlineData("a.b.c"), InlineData("e30.e30.x"), InlineData("e30.WzFd.x")]
    public async Task A_token_that_cannot_be_read_counts_for_its_address(string token)
    {
        using var caller = gateway.From("127.0.1.7", token);

        var answers = await Ask(caller, 1);

        Assert.Equal(HttpStatusCode.OK, answers[0].StatusCode);
        Assert.DoesNotContain("caller", answers[0].Headers.GetValues("RateLimit").Single(), StringComparison.Ordinal);
    }

    private static async Task<List<HttpResponseMessage>> Ask(HttpClient caller, int times)
    {
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < times; i++) answers.Add(await caller.GetAsync(new Uri("/v1/bookings", UriKind.Relative)));
        return answers;
    }
}

public sealed class DemoLimitsTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task By_default_one_caller_can_hold_500_places_in_a_minute()
    {
        using var caller = gateway.From("127.0.2.1", GatewayFixture.MadeUpToken("group-guide"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(
            _ => caller.PostAsync(new Uri("/v1/bookings", UriKind.Relative), new StringContent("{}"))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }
}
