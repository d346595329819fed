using Jingdezhen.Tourism.Notifications.Storage;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Notifications.Announcements;

/// <summary>
/// Writes the subjects, notices and deliveries of many messages with one statement each, in the transaction of their
/// inbox.
/// </summary>
internal sealed class WriteNews(NotificationsDb db, TimeProvider clock)
{
    private static readonly string[] Channels = ["mail", "sms"];

    public async Task HandleAsync(IReadOnlyList<Letter<News>> letters, CancellationToken cancellation)
    {
        var about = letters.Where(letter => letter.Item.About is not null).ToList();
        await KeepSubjectsAsync([.. about.Select(letter => letter.Item.About!)], cancellation);
        await TellAsync([.. letters.Select(letter => letter.Item.Word).OfType<Word>()], cancellation);
        await DeliverAsync([.. about.Select(letter => letter.Item)], cancellation);
    }

    /// <summary>Whose it is stands with the first message that knows; its name with the last.</summary>
    private async Task KeepSubjectsAsync(IReadOnlyList<Announcement> told, CancellationToken cancellation)
    {
        // In one order, or two groups could wait for each other.
        var subjects = told.GroupBy(one => one.SubjectId).OrderBy(subject => subject.Key).ToList();
        if (subjects.Count == 0) return;

        Guid[] ids = [.. subjects.Select(subject => subject.Key)];
        Guid?[] accounts = [.. subjects.Select(subject => First(subject, one => one.AccountId))];
        Guid?[] merchants = [.. subjects.Select(subject => First(subject, one => one.MerchantId))];
        Guid?[] resellers = [.. subjects.Select(subject => First(subject, one => one.ResellerId))];
        string?[] namesZh = [.. subjects.Select(subject => subject.Select(one => one.Name.Zh).LastOrDefault(IsTold))];
        string?[] namesEn = [.. subjects.Select(subject => subject.Select(one => one.Name.En).LastOrDefault(IsTold))];
        string?[] numbers = [.. subjects.Select(subject => subject.Select(one => one.Number).FirstOrDefault(IsTold))];
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO subjects (id, account_id, merchant_id, reseller_id, name_zh, name_en, reference)
            SELECT * FROM unnest({ids}, {accounts}, {merchants}, {resellers}, {namesZh}, {namesEn}, {numbers})
            ON CONFLICT (id) DO UPDATE SET account_id = coalesce(subjects.account_id, excluded.account_id),
                merchant_id = coalesce(subjects.merchant_id, excluded.merchant_id),
                reseller_id = coalesce(subjects.reseller_id, excluded.reseller_id),
                name_zh = coalesce(excluded.name_zh, subjects.name_zh),
                name_en = coalesce(excluded.name_en, subjects.name_en),
                reference = coalesce(subjects.reference, excluded.reference)
            """, cancellation);

        static bool IsTold(string? text) => text is not null;
        static Guid? First(IEnumerable<Announcement> subject, Func<Announcement, Guid?> of) =>
            subject.Select(of).FirstOrDefault(id => id is not null);
    }

    private async Task TellAsync(IReadOnlyList<Word> words, CancellationToken cancellation)
    {
        var notices = words.OrderBy(word => word.Key, StringComparer.Ordinal)
            .SelectMany(word => Channels.Select(channel => (Word: word, Channel: channel))).ToList();
        if (notices.Count == 0) return;

        var now = clock.GetUtcNow();
        Guid[] ids = [.. notices.Select(_ => Guid.CreateVersion7())];
        string[] keys = [.. notices.Select(notice => notice.Word.Key)];
        string[] channels = [.. notices.Select(notice => notice.Channel)];
        string[] topics = [.. notices.Select(notice => notice.Word.Topic)];
        Guid?[] subjects = [.. notices.Select(notice => notice.Word.SubjectId)];
        Guid?[] accounts = [.. notices.Select(notice => notice.Word.To.AccountId)];
        Guid?[] merchants = [.. notices.Select(notice => notice.Word.To.MerchantId)];
        string?[] roles = [.. notices.Select(notice => notice.Word.To.StaffRole)];
        string[] values = [.. notices.Select(notice => notice.Word.Values)];
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO notices (id, key, channel, topic, subject_id, account_id, merchant_id, staff_role, values,
                created_at, state, attempts, next_attempt_at)
            SELECT id, key, channel, topic, subject, account, merchant, role, said::jsonb, {now}, 'Waiting', 0, now()
            FROM unnest({ids}, {keys}, {channels}, {topics}, {subjects}, {accounts}, {merchants}, {roles}, {values})
                AS word (id, key, channel, topic, subject, account, merchant, role, said)
            ON CONFLICT DO NOTHING
            """, cancellation);
    }

    // A supplier hears of what it sells and a reseller of what it sold; finance, whose subscriptions name no merchant,
    // hears of all.
    private async Task DeliverAsync(IReadOnlyList<News> news, CancellationToken cancellation)
    {
        if (news.Count == 0) return;

        Guid[] events = [.. news.Select(one => one.MessageId)];
        string[] types = [.. news.Select(one => one.About!.Type)];
        string[] bodies = [.. news.Select(one => one.Body)];
        Guid[] subjects = [.. news.Select(one => one.About!.SubjectId)];
        Guid?[] merchants = [.. news.Select(one => one.About!.MerchantId)];
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO deliveries
                (id, subscription_id, event_id, type, body, created_at, state, attempts, next_attempt_at)
            SELECT gen_random_uuid(), subscriptions.id, news.event, news.type, news.body, now(), 'Waiting', 0, now()
            FROM unnest({events}, {types}, {bodies}, {subjects}, {merchants})
                AS news (event, type, body, subject, merchant)
            JOIN subscriptions ON news.type = ANY(subscriptions.types)
            WHERE disabled_at IS NULL AND (merchant_id IS NULL
                OR merchant_id = coalesce(
                    news.merchant, (SELECT merchant_id FROM subjects WHERE subjects.id = news.subject))
                OR merchant_id = (SELECT reseller_id FROM subjects WHERE subjects.id = news.subject))
            ON CONFLICT DO NOTHING
            """, cancellation);
    }
}

internal static class AnnouncementsComposition
{
    // What is written is sent by the second.
    private static readonly TimeSpan WriteWithin = TimeSpan.FromMilliseconds(100);

    public static IServiceCollection AddAnnouncements(this IServiceCollection services) => services
        .AddSingleton<Announce>().AddScoped<WriteNews>().AddInboxGroup<News>((provider, news, cancellation) =>
            provider.GetRequiredService<WriteNews>().HandleAsync(news, cancellation), gather: WriteWithin);
}
