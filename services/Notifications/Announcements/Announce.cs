using System.Globalization;
using System.Text.Json;
using Jingdezhen.Tourism.Notifications.Storage;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Notifications.Announcements;

/// <summary>Something that happened, as people and systems hear of it.</summary>
/// <param name="Type">For systems, <c>booking.confirmed</c>.</param>
/// <param name="Topic">For people, a template; null where only systems hear of it.</param>
internal sealed record Announcement(
    string Type, Guid SubjectId, Guid? AccountId = null, Guid? MerchantId = null, string? Topic = null,
    bool TellMerchant = false, Dictionary<string, string>? Values = null);

/// <summary>Turns a message into notices and deliveries, in the message's own transaction.</summary>
internal sealed class Announce(NotificationsDb db, TimeProvider clock, IConfiguration configuration)
{
    private static readonly TimeSpan ChinaOffset = TimeSpan.FromHours(8);
    private readonly string _app = configuration["App:BaseAddress"] ?? "https://jingdezhen-tourism.example";

    public async Task HandleAsync<T>(ConsumeContext<T> context, Announcement about) where T : class
    {
        var cancellation = context.CancellationToken;
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO subjects (id, account_id, merchant_id)
            VALUES ({about.SubjectId}, {about.AccountId}, {about.MerchantId})
            ON CONFLICT (id) DO UPDATE SET account_id = coalesce(subjects.account_id, excluded.account_id),
                merchant_id = coalesce(subjects.merchant_id, excluded.merchant_id)
            """, cancellation);
        if (about.Topic is not null)
        {
            var values = new Dictionary<string, string>(about.Values ?? [])
            {
                ["reference"] = about.SubjectId.ToString("N")[^8..].ToUpperInvariant(),
            };
            values.TryAdd("link", $"/{about.Type.Split('.')[0]}s/{about.SubjectId}");
            await TellAsync(
                $"{about.Type}:{about.SubjectId}:{context.MessageId}", about.Topic, about.SubjectId,
                about.TellMerchant ? null : about.AccountId, about.TellMerchant ? about.MerchantId : null,
                WithAddress(values), cancellation);
        }

        var body = JsonSerializer.Serialize(
            new { type = about.Type, timestamp = context.WhenOccurred(), data = context.Message },
            JsonSerializerOptions.Web);
        await DeliverAsync(context.MessageId!.Value, about, body, cancellation);
    }

    public async Task TellAsync(
        string key, string topic, Guid? subject, Guid? account, Guid? merchant,
        IReadOnlyDictionary<string, string> values,
        CancellationToken cancellation)
    {
        var (now, json) = (clock.GetUtcNow(), JsonSerializer.Serialize(values));
        foreach (var channel in new[] { "mail", "sms" })
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO notices (id, key, channel, topic, subject_id, account_id, merchant_id, values, created_at,
                    state, attempts, next_attempt_at)
                VALUES ({Guid.CreateVersion7()}, {key}, {channel}, {topic}, {subject}, {account}, {merchant},
                    {json}::jsonb, {now}, 'Waiting', 0, now())
                ON CONFLICT DO NOTHING
                """, cancellation);
        }
    }

    /// <summary>A link inside the app gets the app's address; only this service knows it.</summary>
    public Dictionary<string, string> WithAddress(IReadOnlyDictionary<string, string> values) =>
        new(values.Select(
            value => value is { Key: "link", Value: ['/', ..] } ? new(value.Key, _app + value.Value) : value));

    /// <summary>The topic of a cancellation; of an order that was never theirs they hear as a whole.</summary>
    public static string? Cancelled(Guid? order, DateTimeOffset? confirmedAt) =>
        order is not null && confirmedAt is null ? null : "cancelled";

    /// <summary>Yuan with two places, for people.</summary>
    public static string Yuan(long fen) => string.Create(CultureInfo.InvariantCulture, $"{fen / 100}.{fen % 100:00}");

    public static string When(DateTimeOffset moment) =>
        moment.ToOffset(ChinaOffset).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    // A merchant hears of its own; finance, whose subscriptions name no merchant, hears of all.
    private Task<int> DeliverAsync(Guid eventId, Announcement about, string body, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO deliveries
                (id, subscription_id, event_id, type, body, created_at, state, attempts, next_attempt_at)
            SELECT gen_random_uuid(), id, {eventId}, {about.Type}, {body}, now(), 'Waiting', 0, now() FROM subscriptions
            WHERE disabled_at IS NULL AND {about.Type} = ANY(types) AND (merchant_id IS NULL OR merchant_id = coalesce(
                {about.MerchantId}, (SELECT merchant_id FROM subjects WHERE id = {about.SubjectId})))
            ON CONFLICT DO NOTHING
            """, cancellation);
}
