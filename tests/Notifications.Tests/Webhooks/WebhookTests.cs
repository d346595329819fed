using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using Jingdezhen.Tourism.Contracts;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Contracts.Notifications.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Notifications.Storage;
using Jingdezhen.Tourism.Notifications.Webhooks;
using Jingdezhen.Tourism.Testing;
using MassTransit;

namespace Jingdezhen.Tourism.Notifications.Tests.Webhooks;

public sealed class WebhookTests(NotificationsFixture notifications) : IClassFixture<NotificationsFixture>
{
    private static readonly string[] HeardOf = ["Booking", "Stay", "Order", "Refund", "Case"];

    /// <summary>An order's nights that could not be had are the order's affair, and guests know when they come and
    /// go.</summary>
    private static readonly string[] OnlyAmongServices =
        [nameof(StayCheckedIn), nameof(StayCheckedOut), nameof(StayRefused)];

    private static readonly Type[] TellsNoSystem =
    [
        typeof(NotifyAccount), typeof(AccountDeleted), typeof(ClockDueSoon), typeof(ClockBreached),
        typeof(OrderStuck),
    ];

    private static readonly DateTimeOffset Changed = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_independent_library_accepts_what_we_sign_and_refuses_what_was_changed_aged_or_replayed()
    {
        var (merchant, path) = (Guid.CreateVersion7(), $"/ok-{Guid.CreateVersion7():N}");
        var subscription = await SubscribeAsync(merchant, path);
        await notifications.Deliver(NotificationsFixture.Confirmed(null, merchant));
        var got = await GotAsync(path);
        var old = DateTimeOffset.FromUnixTimeSeconds(
            long.Parse(got.Headers["webhook-timestamp"], CultureInfo.InvariantCulture)).AddMinutes(-10);

        Assert.Equal("accepted", await VerifyAsync(subscription.Secret!, got.Body, got.Headers));
        Assert.StartsWith("refused", await VerifyAsync(
            subscription.Secret!, got.Body.Replace("19000", "19001", StringComparison.Ordinal), got.Headers),
            StringComparison.Ordinal);
        Assert.StartsWith("refused", await VerifyAsync(subscription.Secret!, got.Body, new(got.Headers)
        {
            ["webhook-timestamp"] = $"{old.ToUnixTimeSeconds()}",
            ["webhook-signature"] =
                WebhookSignature.Header([subscription.Secret!], got.Headers["webhook-id"], old, got.Body),
        }), StringComparison.Ordinal);
        Assert.StartsWith("refused", await VerifyAsync(subscription.Secret!, got.Body, new(got.Headers)
        {
            ["webhook-timestamp"] = $"{old.AddMinutes(10).ToUnixTimeSeconds() + 1}",
        }), StringComparison.Ordinal);
        Assert.StartsWith("refused", await VerifyAsync(
            subscription.Secret!, got.Body, new(got.Headers) { ["webhook-id"] = "msg_another" }),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_secret_changes_the_old_and_the_new_one_both_verify()
    {
        var (merchant, path) = (Guid.CreateVersion7(), $"/ok-{Guid.CreateVersion7():N}");
        var before = await SubscribeAsync(merchant, path);
        var after = (await (await notifications.As("merchant", merchant: merchant).PostAsync(
            new Uri($"/v1/subscriptions/{before.Id}/rotate-secret", UriKind.Relative),
            null)).Content.ReadFromJsonAsync<SubscriptionResponse>())!;

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
    public async Task A_receiver_that_never_takes_it_is_tried_ten_times_over_about_a_day_and_then_left()
    {
        var (merchant, path) = (Guid.CreateVersion7(), $"/fail-always-{Guid.CreateVersion7():N}");
        var subscription = await SubscribeAsync(merchant, path);
        await notifications.Deliver(NotificationsFixture.Confirmed(null, merchant));
        var pauses = new List<TimeSpan>();
        for (var attempt = 1; attempt < 10; attempt++)
        {
            var waiting =
                await LogAsync(merchant, subscription.Id, one => one.Attempts == attempt && one.LastStatus == 500);
            pauses.Add(waiting.NextAttemptAt!.Value - TimeProvider.System.GetUtcNow());
            await notifications.HurryAsync();
        }

        var last = await LogAsync(merchant, subscription.Id, one => one.State == "failed");

        Assert.Equal((10, 500, null), (last.Attempts, last.LastStatus, last.NextAttemptAt));
        Assert.All(pauses.Zip(SendDeliveries.PausesSeconds), pause => Assert.True(
            pause.First.TotalSeconds <= pause.Second && pause.First.TotalSeconds > pause.Second - 60, $"{pause}"));
        Assert.InRange(TimeSpan.FromSeconds(SendDeliveries.PausesSeconds.Sum()).TotalHours, 20, 26);
        Assert.Equal(10, notifications.Receiver.At(path).Count());
    }

    [Fact]
    public async Task Finance_may_hear_of_everything_that_is_told_at_all()
    {
        var path = $"/ok-{Guid.CreateVersion7():N}";
        await SubscribeAsync(null, path, [.. Subscription.AllTypes]);

        foreach (var contract in Consumed().Except(TellsNoSystem))
        {
            await (Task)GetType().GetMethod(nameof(DeliverAnyAsync), BindingFlags.NonPublic | BindingFlags.Instance)!
                .MakeGenericMethod(contract).Invoke(this, [])!;
        }

        await Eventually.Equal(
            Subscription.AllTypes.Length, () => Task.FromResult(notifications.Receiver.At(path).Count()));
        Assert.Equal(
            Subscription.AllTypes.Order(StringComparer.Ordinal),
            notifications.Receiver.At(path)
                .Select(got => JsonSerializer.Deserialize<JsonElement>(got.Body).GetProperty("type").GetString()!)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_day_after_its_change_the_former_secret_signs_no_more()
    {
        var subscription = new Subscription
        {
            Id = Guid.CreateVersion7(), OwnerId = Guid.CreateVersion7(), MerchantId = null,
            Url = "https://finance.example",
            Types = ["refund.settled"], CreatedAt = Changed,
        };
        var former = subscription.Secret;

        subscription.Rotate(Changed);

        Assert.Equal([subscription.Secret, former], subscription.SecretsAt(Changed.AddHours(24).AddSeconds(-1)));
        Assert.Equal([subscription.Secret], subscription.SecretsAt(Changed.AddHours(24)));
    }

    [Fact]
    public async Task An_event_that_arrives_twice_is_told_once_and_only_to_its_merchant()
    {
        var (mine, other, finance) =
            ($"/ok-{Guid.CreateVersion7():N}", $"/ok-{Guid.CreateVersion7():N}", $"/ok-{Guid.CreateVersion7():N}");
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
    public async Task A_reseller_hears_of_what_it_sold_and_of_nobody_elses()
    {
        var (reseller, mine, other) =
            (Guid.CreateVersion7(), $"/ok-{Guid.CreateVersion7():N}", $"/ok-{Guid.CreateVersion7():N}");
        string[] types = ["booking.confirmed", "order.confirmed", "refund.settled"];
        await SubscribeAsync(reseller, mine, types);
        await SubscribeAsync(Guid.CreateVersion7(), other, types);
        var booking = NotificationsFixture.Confirmed(null) with { ResellerId = reseller };

        await notifications.Deliver(booking);
        await notifications.Deliver(new OrderConfirmed(
            Guid.CreateVersion7(), null, 2, "ota", null, null, 38_000, reseller));
        await notifications.Deliver(new RefundSettled(
            Guid.CreateVersion7(), "cancel:1", Guid.CreateVersion7(), "booking:1", "booking", booking.BookingId,
            4_550, "CNY", Changed));
        await notifications.Deliver(NotificationsFixture.Confirmed(null) with { ResellerId = Guid.CreateVersion7() });

        await Eventually.Equal(3, () => Task.FromResult(notifications.Receiver.At(mine).Count()));
        Assert.Empty(notifications.Receiver.At(other));
    }

    [Fact]
    public void Of_every_booking_stay_order_refund_and_case_people_or_systems_hear() =>
        Assert.Equal(OnlyAmongServices, Unheard(Consumed()));

    [Fact]
    public void A_contract_that_nobody_consumes_is_noticed() =>
        Assert.Equal(
            OnlyAmongServices.Append(nameof(StayChanged)).Order(StringComparer.Ordinal),
            Unheard(Consumed().Where(contract => contract != typeof(StayChanged))));

    [Fact]
    public async Task A_redirect_is_not_followed_and_a_receiver_that_is_gone_is_left_alone()
    {
        var (merchant, away, gone) =
            (Guid.CreateVersion7(), $"/redirect-{Guid.CreateVersion7():N}", $"/gone-{Guid.CreateVersion7():N}");
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

    [Theory, InlineData("booking.eaten"), InlineData(null)]
    public async Task A_type_that_is_none_cannot_be_subscribed(string? type)
    {
        var answer = await TrySubscribeAsync(Guid.CreateVersion7(), "https://8.8.8.8/hook", [type!]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_name_that_leads_inside_is_not_connected_to()
    {
        using var inside =
            new HttpClient(new SocketsHttpHandler { ConnectCallback = new PublicAddresses([]).ConnectAsync });

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
    public async Task The_log_and_the_subscriptions_are_read_page_by_page_and_nothing_is_left_out()
    {
        var merchant = Guid.CreateVersion7();
        for (var number = 0; number < 3; number++) await SubscribeAsync(merchant, $"/ok-{Guid.CreateVersion7():N}");
        await notifications.Deliver(NotificationsFixture.Confirmed(null, merchant));
        using var http = notifications.As("merchant", merchant: merchant);

        var deliveries = await PagesAsync<DeliveryResponse>("deliveries", one => one.Id);
        var subscriptions = await PagesAsync<SubscriptionResponse>("subscriptions", one => one.Id);

        Assert.Equal(3, subscriptions.Count);
        Assert.Equal(
            subscriptions.ConvertAll(one => one.Id).Order(),
            deliveries.ConvertAll(one => one.SubscriptionId).Order());

        async Task<List<T>> PagesAsync<T>(string of, Func<T, Guid> id)
        {
            var (all, after) = (new List<T>(), "");
            while (await http.GetFromJsonAsync<List<T>>(
                new Uri($"/v1/{of}?limit=1{after}", UriKind.Relative)) is [var one])
            {
                all.Add(one);
                after = $"&after={id(one)}";
            }

            return all;
        }
    }

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

    private static IEnumerable<Type> Consumed() => typeof(NotificationsDb).Assembly.GetTypes()
        .SelectMany(type => type.GetInterfaces())
        .Where(made => made.IsGenericType && made.GetGenericTypeDefinition() == typeof(IConsumer<>))
        .Select(made => made.GetGenericArguments()[0]).Distinct();

    private static IEnumerable<string> Unheard(IEnumerable<Type> consumed) => ContractsAssembly.Value.GetExportedTypes()
        .Where(contract => HeardOf.Any(begins => contract.Name.StartsWith(begins, StringComparison.Ordinal)))
        .Except(consumed).Select(contract => contract.Name).Order(StringComparer.Ordinal);

    private Task<Guid> DeliverAnyAsync<T>() where T : class => notifications.Deliver((T)Any(typeof(T)));

    /// <summary>Some message of a kind: what it says is of no matter here.</summary>
    private static object Any(Type contract) => Activator.CreateInstance(contract,
        [.. contract.GetConstructors()[0].GetParameters().Select(parameter => parameter.ParameterType switch
        {
            var type when type == typeof(string) => "any",
            var type when type == typeof(Guid) => Guid.CreateVersion7(),
            var type when type == typeof(DateTimeOffset) => Changed,
            { IsValueType: true } type => Activator.CreateInstance(type),
            { IsGenericType: true } type when type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) =>
                Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(type.GetGenericArguments())),
            { IsGenericType: true } type => Array.CreateInstance(type.GetGenericArguments()[0], 0),
            _ => null,
        })])!;

    private async Task<SubscriptionResponse> SubscribeAsync(Guid? merchant, string path, string[]? types = null)
    {
        var answer = await TrySubscribeAsync(merchant, new Uri(notifications.Receiver.Address, path).ToString(), types);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<SubscriptionResponse>())!;
    }

    private async Task<HttpResponseMessage> TrySubscribeAsync(Guid? merchant, string url, string[]? types = null)
    {
        var http = notifications.As(merchant is null ? "admin" : "merchant", merchant: merchant);
        http.DefaultRequestHeaders.Add("Idempotency-Key", $"{Guid.CreateVersion7()}");
        return await http.PostAsJsonAsync(
            new Uri("/v1/subscriptions", UriKind.Relative),
            new SubscribeRequest(url, types ?? ["booking.confirmed", "refund.settled"]));
    }

    private async Task<Received> GotAsync(string path)
    {
        await Eventually.Holds(() => Task.FromResult(notifications.Receiver.At(path).Count()), got => got > 0);
        return notifications.Receiver.At(path).First();
    }

    private async Task<DeliveryResponse> LogAsync(
        Guid merchant, Guid subscription, Func<DeliveryResponse, bool> fact) =>
        (await Eventually.Holds(
            async () => (
                await notifications.As("merchant", merchant: merchant).GetFromJsonAsync<List<DeliveryResponse>>(
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
