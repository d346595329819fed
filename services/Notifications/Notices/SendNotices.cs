using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Jingdezhen.Tourism.Notifications.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Notifications.Notices;

/// <summary>
/// Sends what waits. A notice is claimed with a lease before it is sent, so replicas share the work and a crash repeats
/// at most the one that was in the air. Retries: after 10 s, 1 m, 5 m, 30 m, 2 h; then it has failed.
/// </summary>
internal sealed partial class SendNotices(
    IServiceScopeFactory scopes, IEnumerable<ISender> senders, Templates templates, ILogger<SendNotices> logger)
    : BackgroundService
{
    public const int MostAttempts = 6;
    private const int BatchSize = 20;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, ISender> _senders = senders.ToDictionary(sender => sender.Channel);

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

    [SuppressMessage("Security", "EF1002", Justification = "What is interpolated is one of our own two words.")]
    internal async Task<int> SendDueAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NotificationsDb>();
        var due = await db.Notices.FromSqlRaw(
            $$"""
            UPDATE notices SET attempts = attempts + 1, next_attempt_at = now() + interval '1 second' *
                (ARRAY[10, 60, 300, 1800, 7200, 7200])[least(attempts + 1, 6)]
            WHERE id IN (SELECT id FROM notices WHERE next_attempt_at <= now() ORDER BY next_attempt_at
                LIMIT {0} {{Claim}}) RETURNING *
            """, BatchSize).AsNoTracking().ToListAsync(cancellation);
        foreach (var notice in due) await SendAsync(db, notice, cancellation);
        return due.Count;
    }

    private async Task SendAsync(NotificationsDb db, Notice notice, CancellationToken cancellation)
    {
        // A cancellation may overtake the confirmation that says whose booking it is: such a notice waits for it.
        var account = notice.AccountId ?? (notice.MerchantId is null
            ? await db.Subjects.Where(subject => subject.Id == notice.SubjectId).Select(subject => subject.AccountId)
                .SingleOrDefaultAsync(cancellation)
            : null);
        var reached = await db.Preferences.AsNoTracking().Where(preference =>
            preference.AccountId == account
                || (notice.MerchantId != null && preference.MerchantId == notice.MerchantId))
            .OrderBy(preference => preference.AccountId).Take(BatchSize).ToListAsync(cancellation);
        if (account is null && notice.MerchantId is null)
        {
            if (notice.Attempts >= 4) await EndAsync(db, notice.Id, NoticeState.Skipped, "nobody's", cancellation);
            return;
        }

        var sent = 0;
        try
        {
            var values = JsonSerializer.Deserialize<Dictionary<string, string>>(notice.Values)!;
            foreach (var preference in reached)
            {
                if (preference.AddressFor(notice.Channel, notice.Topic) is not { } address) continue;

                await _senders[notice.Channel].SendAsync(
                    notice.Id, address, templates.Render(notice.Topic, preference.Language, values), cancellation);
                sent++;
            }
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            // Whatever the mail server said, the notice waits for its next attempt or has had its last.
            LogNotSent(logger, notice.Id, fault);
            var error = fault.GetType().Name;
            if (notice.Attempts >= MostAttempts) await EndAsync(db, notice.Id, NoticeState.Failed, error, cancellation);
            else await db.Database.ExecuteSqlAsync(
                $"UPDATE notices SET last_error = {error} WHERE id = {notice.Id}", cancellation);
            return;
        }

        await (sent > 0
            ? EndAsync(db, notice.Id, NoticeState.Sent, error: null, cancellation)
            : EndAsync(db, notice.Id, NoticeState.Skipped, "not wanted, or no address", cancellation));
    }

    private static Task<int> EndAsync(
        NotificationsDb db, Guid id, NoticeState state, string? error, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            UPDATE notices SET state = {state.ToString()}, next_attempt_at = NULL, last_error = {error},
                sent_at = CASE WHEN {state.ToString()} = 'Sent' THEN now() END
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
