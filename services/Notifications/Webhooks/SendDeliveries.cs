using System.Globalization;
using System.Net;
using System.Text;
using Jingdezhen.Tourism.Notifications.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Notifications.Webhooks;

/// <summary>
/// Sends what waits, each attempt signed with its own time under the same id. Answered with 2xx it is delivered; else
/// it is tried again after 15 s, 30 s, 2 m, 10 m, 30 m, 1 h, 3 h, 6 h and 12 h, about a day in all. 410 ends the
/// subscription.
/// </summary>
internal sealed partial class SendDeliveries(
    IServiceScopeFactory scopes, IHttpClientFactory http, TimeProvider clock, ILogger<SendDeliveries> logger)
    : BackgroundService
{
    public const string Client = "webhooks";
    private const int BatchSize = 32;
    private const int MostAttempts = 10;

    /// <summary>How long after an attempt the next one may begin; the first is longer than an answer may
    /// take.</summary>
    internal static readonly int[] PausesSeconds = [15, 30, 120, 600, 1800, 3600, 10_800, 21_600, 43_200];

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await SendDueAsync(stoppingToken) < BatchSize) await Task.Delay(PollInterval, stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LogFault(logger, fault);
                await Task.Delay(PollInterval, stoppingToken);
            }
        }
    }

    internal async Task<int> SendDueAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NotificationsDb>();
        var due = await db.Deliveries.FromSql(
            $"""
            UPDATE deliveries SET attempts = attempts + 1, next_attempt_at = now() + interval '1 second' *
                ({PausesSeconds})[least(attempts + 1, {PausesSeconds.Length})]
            WHERE id IN (SELECT id FROM deliveries WHERE next_attempt_at <= now() ORDER BY next_attempt_at
                LIMIT {BatchSize} FOR UPDATE SKIP LOCKED) RETURNING *
            """).AsNoTracking().ToListAsync(cancellation);
        var ids = due.Select(delivery => delivery.SubscriptionId).Distinct().ToArray();
        var subscriptions = await db.Subscriptions.AsNoTracking().Where(row => ids.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, cancellation);
        var outcomes = await Task.WhenAll(due.Select(delivery =>
            PostAsync(delivery, subscriptions[delivery.SubscriptionId], cancellation)));
        foreach (var (delivery, (status, error)) in due.Zip(outcomes))
        {
            await RecordAsync(db, delivery, status, error, cancellation);
        }

        return due.Count;
    }

    private async Task<(int? Status, string? Error)> PostAsync(
        Delivery delivery, Subscription subscription, CancellationToken cancellation)
    {
        if (subscription.DisabledAt is not null) return (null, "the subscription has ended");

        var (id, now) = ($"msg_{delivery.Id:N}", clock.GetUtcNow());
        using var request = new HttpRequestMessage(HttpMethod.Post, subscription.Url)
        {
            Content = new StringContent(delivery.Body, Encoding.UTF8, "application/json"),
            Headers =
            {
                { "webhook-id", id },
                { "webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) },
                { "webhook-signature", WebhookSignature.Header(subscription.SecretsAt(now), id, now, delivery.Body) },
            },
        };
        request.Headers.UserAgent.ParseAdd("Jingdezhen-Tourism-Webhooks/1");
        try
        {
            using var client = http.CreateClient(Client);

            // Only the status is of interest; a body of any length is not read.
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return ((int)answer.StatusCode, answer.IsSuccessStatusCode ? null
                : (int)answer.StatusCode is >= 300 and < 400 ? "redirects are not followed" : "refused");
        }
        catch (Exception fault) when (
            fault is HttpRequestException
                || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return (null, fault is OperationCanceledException ? "no answer in time"
                : Innermost(fault).Message == "not-public" ? "the address is not a public one" : "no connection");
        }
    }

    private static async Task RecordAsync(
        NotificationsDb db, Delivery delivery, int? status, string? error, CancellationToken cancellation)
    {
        var ended = error is null ? DeliveryState.Delivered
            : delivery.Attempts >= MostAttempts || status == (int)HttpStatusCode.Gone
                || error == "the subscription has ended"
                ? DeliveryState.Failed
            : DeliveryState.Waiting;
        await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE deliveries SET last_status = {status}, last_error = {error}, state = {ended.ToString()},
                delivered_at = CASE WHEN {ended.ToString()} = 'Delivered' THEN now() END,
                next_attempt_at = CASE WHEN {ended.ToString()} = 'Waiting' THEN next_attempt_at END
            WHERE id = {delivery.Id}
            """, cancellation);
        if (status == (int)HttpStatusCode.Gone)
        {
            await db.Database.ExecuteSqlAsync(
                $"UPDATE subscriptions SET disabled_at = now() WHERE id = {delivery.SubscriptionId}", cancellation);
        }
    }

    private static Exception Innermost(Exception fault) => fault.GetBaseException();

    [LoggerMessage(LogLevel.Error, "Deliveries interrupted; they will be sent")]
    private static partial void LogFault(ILogger logger, Exception fault);
}

internal static class WebhooksComposition
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    public static void AddWebhooks(this WebApplicationBuilder builder)
    {
        var addresses =
            new PublicAddresses(builder.Configuration.GetSection("Webhooks:AllowedHosts").Get<string[]>() ?? []);
        builder.Services.AddSingleton(addresses);
        builder.Services.AddHttpClient(SendDeliveries.Client, client => client.Timeout = AnswerWithin)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false, UseProxy = false, UseCookies = false,
                ConnectCallback = addresses.ConnectAsync,
                MaxResponseHeadersLength = 16, PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            });
        builder.Services.AddHostedService<SendDeliveries>();
    }
}
