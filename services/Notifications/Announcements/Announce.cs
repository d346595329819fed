using System.Globalization;
using System.Text.Json;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;

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

/// <summary>What one message is to be told to: nobody, somebody, or whoever its subject belongs to.</summary>
/// <param name="Key">A notice is told once for its key and channel.</param>
/// <param name="Values">A template's values, as JSON.</param>
internal sealed record Word(string Key, string Topic, Guid? SubjectId, Recipients To, string Values);

/// <summary>What a message leaves behind, before it is written.</summary>
/// <param name="About">Null where no system hears of it; then it is a word only.</param>
/// <param name="Body">What systems are sent, as JSON.</param>
internal sealed record News(Guid MessageId, Announcement? About, string Body, Word? Word);

/// <summary>Turns a message into news, which <see cref="WriteNews"/> writes together with those that came
/// beside it.</summary>
internal sealed class Announce(InboxGroup<News> group, IConfiguration configuration)
{
    private static readonly TimeSpan ChinaOffset = TimeSpan.FromHours(8);
    private readonly string _app = configuration["App:BaseAddress"] ?? "https://jingdezhen-tourism.example";

    public Task HandleAsync<T>(ConsumeContext<T> context, Announcement about) where T : class
    {
        var message = context.MessageId!.Value;
        var body = JsonSerializer.Serialize(
            new { type = about.Type, timestamp = context.WhenOccurred(), data = context.Message },
            JsonSerializerOptions.Web);
        return group.HandleAsync(context, new(message, about, body, WordOf(message, about)));
    }

    public Task TellAsync(
        ConsumeContext context, string key, string topic, Guid? subject, Recipients to,
        IReadOnlyDictionary<string, string> values) =>
        group.HandleAsync(context, new(
            context.MessageId!.Value, About: null, Body: "", new(key, topic, subject, to, Json(values))));

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

    private Word? WordOf(Guid message, Announcement about)
    {
        if (about.Topic is null) return null;

        var values = new Dictionary<string, string>(about.Values ?? [])
        {
            // A case's number is known once the message of its filing is here, and is filled in when it is sent.
            ["reference"] = about.Type.StartsWith("case.", StringComparison.Ordinal)
                ? about.SubjectId.ToString() : BookingReference.Of(about.SubjectId),
        };
        values.TryAdd("link", $"/{about.Type.Split('.')[0]}s/{about.SubjectId}");
        return new(
            $"{about.Type}:{about.SubjectId}:{message}", about.Topic, about.SubjectId,
            about.TellMerchant ? new(MerchantId: about.MerchantId) : new(about.AccountId), Json(values));
    }

    // A link inside the app gets the app's address, which no other service needs to know.
    private string Json(IReadOnlyDictionary<string, string> values) => JsonSerializer.Serialize(
        values.ToDictionary(
            value => value.Key,
            value => value is { Key: "link", Value: ['/', ..] } ? _app + value.Value : value.Value));
}
