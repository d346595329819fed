using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Jingdezhen.Tourism.Notifications.Preferences;
using Jingdezhen.Tourism.Notifications.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Notifications.Notices;

/// <summary>
/// Sends what waits. A notice is claimed with a lease that outlasts the longest send and is renewed after each person,
/// and whoever was told is noted: replicas share the work, nobody is told twice, and a crash repeats at most the one
/// that was in the air. Retries: after 10 s, 1 m, 5 m, 30 m, 2 h; then it has failed.
/// </summary>
internal sealed partial class SendNotices(
    IServiceScopeFactory scopes, IEnumerable<ISender> senders, Templates templates, ILogger<SendNotices> logger)
    : BackgroundService
{
    private const int BatchSize = 20;
    private const int AttemptsForNobody = 4;
    private static readonly int[] PausesSeconds = [10, 60, 300, 1800, 7200];
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, ISender> _senders = senders.ToDictionary(sender => sender.Channel);

    /// <summary>How long a notice is left to the replica that claimed it; shorter than a send only in the control test
    /// that shows what it prevents.</summary>
    internal TimeSpan Lease { get; init; } = 4 * MailSender.Limit;

    /// <summary>How replicas share the notices out; empty only in the control test that shows what it
    /// prevents.</summary>
    internal string Claim { get; init; } = "FOR UPDATE SKIP LOCKED";

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
        var claimed = 0;
        while (claimed < BatchSize && await ClaimAsync(db, cancellation) is { } notice)
        {
            await SendAsync(db, notice, cancellation);
            claimed++;
        }

        return claimed;
    }

    // One at a time: a lease over many would have to outlast the sending of them all.
    [SuppressMessage("Security", "EF1002", Justification = "What is interpolated is one of our own two words.")]
    private async Task<Notice?> ClaimAsync(NotificationsDb db, CancellationToken cancellation) =>
        (await db.Notices.FromSqlRaw(
            $$"""
            UPDATE notices SET attempts = attempts + 1, next_attempt_at = now() + {0}
            WHERE id IN (SELECT id FROM notices WHERE next_attempt_at <= now() ORDER BY next_attempt_at
                LIMIT 1 {{Claim}}) RETURNING *
            """, Lease).AsNoTracking().ToListAsync(cancellation)).SingleOrDefault();

    private async Task SendAsync(NotificationsDb db, Notice notice, CancellationToken cancellation)
    {
        // A cancellation may overtake the confirmation that says whose booking it is: such a notice waits for it.
        var subject = await db.Subjects.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == notice.SubjectId, cancellation);
        var named = notice.AccountId is not null || notice.MerchantId is not null || notice.StaffRole is not null;
        var account = named ? notice.AccountId : subject?.AccountId;
        if (!named && account is null)
        {
            // Who sold it said its name too: with the name known and no account, there is nobody to wait for.
            await (notice.Attempts >= AttemptsForNobody || subject?.NameZh is not null
                ? EndAsync(db, notice.Id, NoticeState.Skipped, "nobody's", cancellation)
                : RetryAsync(db, notice, "nobody's yet", cancellation));
            return;
        }

        var values = JsonSerializer.Deserialize<Dictionary<string, string>>(notice.Values)!;
        subject?.Complete(values);
        var (told, error) = (notice.Told.Length, (string?)null);
        await foreach (var person in ReachedAsync(db, notice, account, cancellation))
        {
            if (person.AddressFor(notice.Channel, notice.Topic) is not { } address) continue;

            var taken = await TrySendAsync(
                notice, address, templates.Render(notice.Topic, person.Language, values), cancellation);
            await RenewAsync(db, notice, taken is null ? [person.AccountId] : [], cancellation);
            error = taken ?? error;
            if (taken is null) told++;
        }

        await (error is null
            ? told > 0
                ? EndAsync(db, notice.Id, NoticeState.Sent, error: null, cancellation)
                : EndAsync(db, notice.Id, NoticeState.Skipped, "not wanted, or no address", cancellation)
            : notice.Attempts > PausesSeconds.Length
                ? EndAsync(db, notice.Id, NoticeState.Failed, error, cancellation)
                : RetryAsync(db, notice, error, cancellation));
    }

    /// <summary>Whoever is meant and has not been told yet, however many.</summary>
    private static async IAsyncEnumerable<Preference> ReachedAsync(
        NotificationsDb db, Notice notice, Guid? account, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var last = Guid.Empty;
        List<Preference> page;
        do
        {
            page = await db.Preferences.AsNoTracking().Where(person => person.AccountId > last
                    && !notice.Told.Contains(person.AccountId)
                    && (person.AccountId == account
                        || (notice.MerchantId != null && person.MerchantId == notice.MerchantId)
                        || (notice.StaffRole != null && person.StaffRole == notice.StaffRole)))
                .OrderBy(person => person.AccountId).Take(BatchSize).ToListAsync(cancellation);
            foreach (var person in page) yield return person;
            if (page.Count > 0) last = page[^1].AccountId;
        }
        while (page.Count == BatchSize);
    }

    /// <returns>Null when it was taken, else the fault's kind. One bad address keeps nobody else from being
    /// told.</returns>
    private async Task<string?> TrySendAsync(
        Notice notice, string address, Templates.Text text, CancellationToken cancellation)
    {
        try
        {
            await _senders[notice.Channel].SendAsync(notice.Id, address, text, cancellation);
            return null;
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            // Whatever the mail server said, the notice waits for its next attempt or has had its last.
            LogNotSent(logger, notice.Id, fault);
            return fault.GetType().Name;
        }
    }

    private Task<int> RenewAsync(NotificationsDb db, Notice notice, Guid[] told, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"UPDATE notices SET told = told || {told}, next_attempt_at = now() + {Lease} WHERE id = {notice.Id}",
            cancellation);

    private static Task<int> RetryAsync(
        NotificationsDb db, Notice notice, string error, CancellationToken cancellation)
    {
        var pause = TimeSpan.FromSeconds(PausesSeconds[notice.Attempts - 1]);
        return db.Database.ExecuteSqlAsync(
            $"UPDATE notices SET last_error = {error}, next_attempt_at = now() + {pause} WHERE id = {notice.Id}",
            cancellation);
    }

    private static Task<int> EndAsync(
        NotificationsDb db, Guid id, NoticeState state, string? error, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            UPDATE notices SET state = {state.ToString()}, next_attempt_at = NULL, last_error = {error},
                told = ARRAY[]::uuid[], sent_at = CASE WHEN {state.ToString()} = 'Sent' THEN now() END
            WHERE id = {id}
            """, cancellation);

    [LoggerMessage(LogLevel.Error, "Notices interrupted; they will be sent")]
    private static partial void LogFault(ILogger logger, Exception fault);

    [LoggerMessage(LogLevel.Warning, "Notice {Id} was not sent")]
    private static partial void LogNotSent(ILogger logger, Guid id, Exception fault);
}

internal static class NoticesComposition
{
    public static void AddNotices(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(builder.Configuration.GetSection("Smtp").Get<SmtpOptions>() ?? new());
        builder.Services.AddSingleton<Templates>().AddSingleton<ISender, MailSender>()
            .AddSingleton<ISender, ConsoleSmsSender>();
        builder.Services.AddHostedService<SendNotices>();
    }
}
