using System.Globalization;
using System.Text.Json;
using Jingdezhen.Tourism.Notifications.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Notifications.Announcements;

/// <summary>Something that happened, as people and systems hear of it.</summary>
/// <param name="Type">For systems, <c>booking.confirmed</c>.</param>
/// <param name="Topic">For people, a template; null where only systems hear of it.</param>
/// <param name="Name">What was bought.</param>
/// <param name="Number">What people call a case.</param>
internal sealed record Announcement(
    string Type, Guid SubjectId, Guid? AccountId = null, Guid? MerchantId = null, string? Topic = null,
    bool TellMerchant = false, Dictionary<string, string>? Values = null, Guid? ResellerId = null,
    (string? Zh, string? En) Name = default, string? Number = null);

/// <summary>Whom a notice is for; all three may be named. With none of them it is for whom its subject belongs
/// to.</summary>
/// <param name="StaffRole">Everyone with this role: operator or admin.</param>
internal sealed record Recipients(Guid? AccountId = null, Guid? MerchantId = null, string? StaffRole = null);

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
            INSERT INTO subjects (id, account_id, merchant_id, reseller_id, name_zh, name_en, reference)
            VALUES ({about.SubjectId}, {about.AccountId}, {about.MerchantId}, {about.ResellerId}, {about.Name.Zh},
                {about.Name.En}, {about.Number})
            ON CONFLICT (id) DO UPDATE SET account_id = coalesce(subjects.account_id, excluded.account_id),
                merchant_id = coalesce(subjects.merchant_id, excluded.merchant_id),
                reseller_id = coalesce(subjects.reseller_id, excluded.reseller_id),
                name_zh = coalesce(excluded.name_zh, subjects.name_zh),
                name_en = coalesce(excluded.name_en, subjects.name_en),
                reference = coalesce(subjects.reference, excluded.reference)
            """, cancellation);
        if (about.Topic is not null)
        {
            var values = new Dictionary<string, string>(about.Values ?? [])
            {
                // A case's number is known once the message of its filing is here, and is filled in when it is sent.
                ["reference"] = about.Type.StartsWith("case.", StringComparison.Ordinal)
                    ? about.SubjectId.ToString() : BookingReference.Of(about.SubjectId),
            };
            values.TryAdd("link", $"/{about.Type.Split('.')[0]}s/{about.SubjectId}");
            await TellAsync(
                $"{about.Type}:{about.SubjectId}:{context.MessageId}", about.Topic, about.SubjectId,
                about.TellMerchant ? new(MerchantId: about.MerchantId) : new(about.AccountId), values, cancellation);
        }

        var body = JsonSerializer.Serialize(
            new { type = about.Type, timestamp = context.WhenOccurred(), data = context.Message },
            JsonSerializerOptions.Web);
        await DeliverAsync(context.MessageId!.Value, about, body, cancellation);
    }

    public async Task TellAsync(
        string key, string topic, Guid? subject, Recipients to, IReadOnlyDictionary<string, string> values,
        CancellationToken cancellation)
    {
        var (now, json) = (clock.GetUtcNow(), JsonSerializer.Serialize(WithAddress(values)));
        foreach (var channel in new[] { "mail", "sms" })
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO notices (id, key, channel, topic, subject_id, account_id, merchant_id, staff_role, values,
                    created_at, state, attempts, next_attempt_at)
                VALUES ({Guid.CreateVersion7()}, {key}, {channel}, {topic}, {subject}, {to.AccountId}, {to.MerchantId},
                    {to.StaffRole}, {json}::jsonb, {now}, 'Waiting', 0, now())
                ON CONFLICT DO NOTHING
                """, cancellation);
        }
    }

    /// <summary>The topic of a cancellation; of an order that was never theirs they hear as a whole.</summary>
    public static string? Cancelled(Guid? order, DateTimeOffset? confirmedAt) =>
        order is not null && confirmedAt is null ? null : "cancelled";

    /// <summary>What comes back, in words: of nothing it is said so.</summary>
    public static Dictionary<string, string> WithRefund(Dictionary<string, string> values, long fen)
    {
        (values["refund.zh"], values["refund.en"]) = fen == 0
            ? ("没有需要退回的款项。", "There is nothing to refund.")
            : ($"退款 {Yuan(fen)} 元，将原路退回。", $"CNY {Yuan(fen)} will be refunded the way it was paid.");
        return values;
    }

    /// <summary>Yuan with two places, for people.</summary>
    public static string Yuan(long fen) => string.Create(CultureInfo.InvariantCulture, $"{fen / 100}.{fen % 100:00}");

    public static string When(DateTimeOffset moment) =>
        moment.ToOffset(ChinaOffset).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    // A link inside the app gets the app's address, which no other service needs to know.
    private Dictionary<string, string> WithAddress(IReadOnlyDictionary<string, string> values) =>
        new(values.Select(
            value => value is { Key: "link", Value: ['/', ..] } ? new(value.Key, _app + value.Value) : value));

    // A supplier hears of what it sells and a reseller of what it sold; finance, whose subscriptions name no merchant,
    // hears of all.
    private Task<int> DeliverAsync(Guid eventId, Announcement about, string body, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO deliveries
                (id, subscription_id, event_id, type, body, created_at, state, attempts, next_attempt_at)
            SELECT gen_random_uuid(), id, {eventId}, {about.Type}, {body}, now(), 'Waiting', 0, now() FROM subscriptions
            WHERE disabled_at IS NULL AND {about.Type} = ANY(types) AND (merchant_id IS NULL
                OR merchant_id = coalesce(
                    {about.MerchantId}, (SELECT merchant_id FROM subjects WHERE id = {about.SubjectId}))
                OR merchant_id = (SELECT reseller_id FROM subjects WHERE id = {about.SubjectId}))
            ON CONFLICT DO NOTHING
            """, cancellation);
}
