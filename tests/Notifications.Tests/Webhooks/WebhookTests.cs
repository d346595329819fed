using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Notifications.Webhooks;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Notifications.Tests.Webhooks;

public sealed class WebhookTests(NotificationsFixture notifications) : IClassFixture<NotificationsFixture>
{
    [Fact]
    public async Task An_independent_library_accepts_what_we_sign_and_refuses_what_was_changed_aged_or_replayed()
    {
        var (merchant, path) = (Guid.CreateVersion7(), $"/ok-{Guid.CreateVersion7():N}");
        var subscription = await SubscribeAsync(merchant, path);
        await notifications.Deliver(NotificationsFixture.Confirmed(null, merchant));
        var got = await GotAsync(path);
        var old = DateTimeOffset.FromUnixTimeSeconds(long.Parse(got.Headers["webhook-timestamp"], CultureInfo.InvariantCulture)).AddMinutes(-10);

        Assert.Equal("accepted", await VerifyAsync(subscription.Secret!, got.Body, got.Headers));
        Assert.StartsWith("refused", await VerifyAsync(
            subscription.Secret!, got.Body.Replace("19000", "19001", StringComparison.Ordinal), got.Headers), StringComparison.Ordinal);
        Assert.StartsWith("refused", await VerifyAsync(subscription.Secret!, got.Body, new(got.Headers)
        {
            ["webhook-timestamp"] = $"{old.ToUnixTimeSeconds()}",
            ["webhook-signature"] = WebhookSignature.Header([subscription.Secret!], got.Headers["webhook-id"], old, got.Body),
        }), StringComparison.Ordinal);
        Assert.StartsWith("refused", await VerifyAsync(subscription.Secret!, got.Body, new(got.Headers)
        {
            ["webhook-timestamp"] = $"{old.AddMinutes(10).ToUnixTimeSeconds() + 1}",
        }), StringComparison.Ordinal);
        Assert.StartsWith("refused", await VerifyAsync(
            subscription.Secret!, got.Body, new(got.Headers) { ["webhook-id"] = "msg_another" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_secret_changes_the_old_and_the_new_one_both_verify()
    {
        var (merchant, path) = (Guid.CreateVersion7(), $"/ok-{Guid.CreateVersion7():N}");
        var before = await SubscribeAsync(merchant, path);
        var after = (await (await notifications.As("merchant", merchant: merchant).PostAsync(
            new Uri($"/v1/subscriptions/{before.Id}/rotate-secret", UriKind.Relative), null)).Content.ReadFromJsonAsync<SubscriptionResponse>())!;

        await notifications.Deliver(NotificationsFixture.Confirmed(null, merchant));

        var got = await GotAsync(path);
        Assert.Equal("accepted", await VerifyAsync(before.Secret!, got.Body, got.Headers));
        Assert.Equal("accepted", await VerifyAsync(after.Secret!, got.Body, got.Headers));
    }

    [Fact]
    public async Task A_receiver_that_fails_gets_it_again_under_the_same_id_and_on_demand_once_more()
    {
        var (merchant, path) = (Guid.CreateVersion7(), $"/fail-once-{Guid.CreateVersion7():N}");
        var subscription = await SubscribeAsync(merchant, path);
        await notifications.Deliver(NotificationsFixture.Confirmed(null, merchant));
        await LogAsync(merchant, subscription.Id, one => one is { State: "waiting", LastStatus: 500 });
        await notifications.HurryAsync();
        var delivery = await LogAsync(merchant, subscription.Id, one => one is { State: "delivered", Attempts: 2 });

        (await notifications.As("merchant", merchant: merchant).PostAsync(
            new Uri($"/v1/deliveries/{delivery.Id}/redeliver", UriKind.Relative), null)).EnsureSuccessStatusCode();

        await Eventually.Equal(3, () => Task.FromResult(notifications.Receiver.At(path).Count()));
        Assert.Single(notifications.Receiver.At(path).Select(one => one.Headers["webhook-id"]).Distinct());
    }

    [Fact]
    public async Task An_event_that_arrives_twice_is_told_once_and_only_to_its_merchant()
    {
        var (mine, other, finance) = ($"/ok-{Guid.CreateVersion7():N}", $"/ok-{Guid.CreateVersion7():N}", $"/ok-{Guid.CreateVersion7():N}");
        var merchant = Guid.CreateVersion7();
        await SubscribeAsync(merchant, mine);
        await SubscribeAsync(Guid.CreateVersion7(), other);
        await SubscribeAsync(null, finance);

        await notifications.Deliver(NotificationsFixture.Confirmed(null, merchant), times: 3);

        await GotAsync(mine);
        await GotAsync(finance);
        Assert.Single(notifications.Receiver.At(mine));
        Assert.Empty(notifications.Receiver.At(other));
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_a_receiver_that_is_gone_is_left_alone()
    {
        var (merchant, away, gone) = (Guid.CreateVersion7(), $"/redirect-{Guid.CreateVersion7():N}", $"/gone-{Guid.CreateVersion7():N}");
        var (first, second) = (await SubscribeAsync(merchant, away), await SubscribeAsync(merchant, gone));

        await notifications.Deliver(NotificationsFixture.Confirmed(null, merchant));

        await LogAsync(merchant, first.Id, one => one is { State: "waiting", LastError: "redirects are not followed" });
        await LogAsync(merchant, second.Id, one => one is { State: "failed", LastStatus: 410 });
        Assert.Empty(notifications.Receiver.At("/redirected"));
    }

    [Theory]
    [InlineData("http://example.com/hook")]
    [InlineData("https://10.1.2.3/hook")]
    [InlineData("https://[::1]/hook")]
    [InlineData("https://[::ffff:169.254.169.254]/latest")]
    [InlineData("https://167772161/hook")]
    [InlineData("https://0x0a.1/hook")]
    [InlineData("https://localhost/hook")]
    [InlineData("https://user:secret@example.com/hook")]
    [InlineData("file:///etc/passwd")]
    public async Task An_address_inside_or_without_https_cannot_be_subscribed(string url)
    {
        var answer = await TrySubscribeAsync(Guid.CreateVersion7(), url);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_name_that_leads_inside_is_not_connected_to()
    {
        using var inside = new HttpClient(new SocketsHttpHandler { ConnectCallback = new PublicAddresses([]).ConnectAsync });

        var fault = await Assert.ThrowsAsync<HttpRequestException>(() =>
            inside.GetAsync(new Uri($"http://localhost:{notifications.Receiver.Address.Port}/ok")));

        Assert.Equal("not-public", fault.GetBaseException().Message);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2400:3200::1", true)]
    [InlineData("100.64.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("fd00::1", false)]
    [InlineData("::ffff:192.168.1.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    public void Public_is_what_the_internet_routes(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicAddresses.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public async Task Somebody_elses_deliveries_are_not_to_be_seen()
    {
        var merchant = Guid.CreateVersion7();
        await SubscribeAsync(merchant, "/ok-private");
        await notifications.Deliver(NotificationsFixture.Confirmed(null, merchant));
        await GotAsync("/ok-private");

        var seen = await notifications.As("merchant", merchant: Guid.CreateVersion7())
            .GetFromJsonAsync<List<DeliveryResponse>>(new Uri("/v1/deliveries", UriKind.Relative));

        Assert.Empty(seen!);
    }

    private async Task<SubscriptionResponse> SubscribeAsync(Guid? merchant, string path)
    {
        var answer = await TrySubscribeAsync(merchant, new Uri(notifications.Receiver.Address, path).ToString());
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<SubscriptionResponse>())!;
    }

    private async Task<HttpResponseMessage> TrySubscribeAsync(Guid? merchant, string url)
    {
        var http = notifications.As(merchant is null ? "admin" : "merchant", merchant: merchant);
        http.DefaultRequestHeaders.Add("Idempotency-Key", $"{Guid.CreateVersion7()}");
        return await http.PostAsJsonAsync(
            new Uri("/v1/subscriptions", UriKind.Relative), new SubscribeRequest(url, ["booking.confirmed", "refund.settled"]));
    }

    private async Task<Received> GotAsync(string path)
    {
        await Eventually.Holds(() => Task.FromResult(notifications.Receiver.At(path).Count()), got => got > 0);
        return notifications.Receiver.At(path).First();
    }

    private async Task<DeliveryResponse> LogAsync(Guid merchant, Guid subscription, Func<DeliveryResponse, bool> fact) =>
        (await Eventually.Holds(
            async () => (await notifications.As("merchant", merchant: merchant).GetFromJsonAsync<List<DeliveryResponse>>(
                new Uri($"/v1/deliveries?subscription={subscription}", UriKind.Relative)))!.SingleOrDefault(),
            one => one is not null && fact(one)))!;

    private static async Task<string> VerifyAsync(string secret, string body, Dictionary<string, string> headers)
    {
        var here = AppContext.BaseDirectory;
        var artifacts = here[..(here.IndexOf("artifacts", StringComparison.Ordinal) + "artifacts".Length)];
        if (!Directory.Exists($"{artifacts}/npm/node_modules/standardwebhooks"))
        {
            await PrivateProcess.RunAsync("bash", [$"{artifacts}/../tests/Notifications.Tests/prepare"]);
        }

        using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(here, "verify.cjs")])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
            Environment = { ["NODE_PATH"] = $"{artifacts}/npm/node_modules" },
        })!;
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(new { secret, body, headers }));
        node.StandardInput.Close();
        return (await node.StandardOutput.ReadToEndAsync()).Trim();
    }
}
