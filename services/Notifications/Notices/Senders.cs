using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Jingdezhen.Tourism.Notifications.Notices;

/// <summary>From the section <c>Smtp</c>; without a host, mail goes to the log.</summary>
internal sealed class SmtpOptions
{
    public string? Host { get; init; }
    public int Port { get; init; } = 587;
    public string? User { get; init; }
    public string? Password { get; init; }
    public string From { get; init; } = "景德镇旅游 <no-reply@jingdezhen-tourism.example>";

    /// <summary>Auto, StartTls, SslOnConnect or None.</summary>
    public SecureSocketOptions Security { get; init; } = SecureSocketOptions.StartTlsWhenAvailable;
}

/// <summary>Carries a text to one address. It throws when it does not know that the text was taken.</summary>
internal interface ISender
{
    string Channel { get; }

    Task SendAsync(Guid noticeId, string address, Templates.Text text, CancellationToken cancellation);
}

internal sealed partial class MailSender(SmtpOptions options, ILogger<MailSender> logger) : ISender
{
    /// <summary>After this a mail server has not answered.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    public string Channel => "mail";

    public async Task SendAsync(Guid noticeId, string address, Templates.Text text, CancellationToken cancellation)
    {
        if (options.Host is null)
        {
            LogMail(logger, text.Subject);
            return;
        }

        using var message = new MimeMessage
        {
            // A crash between the server's yes and our mark sends it again under the same id: mail programs show one.
            MessageId = $"{noticeId:N}@jingdezhen-tourism.example", Subject = text.Subject,
            Body = new TextPart("plain") { Text = text.Body },
        };
        message.From.Add(MailboxAddress.Parse(options.From));
        message.To.Add(MailboxAddress.Parse(address));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        using var smtp = new SmtpClient();
        await smtp.ConnectAsync(options.Host, options.Port, options.Security, limit.Token);
        if (options.User is not null) await smtp.AuthenticateAsync(options.User, options.Password ?? "", limit.Token);
        await smtp.SendAsync(message, limit.Token);
        await smtp.DisconnectAsync(quit: true, limit.Token);
    }

    [LoggerMessage(LogLevel.Information, "Mail (no SMTP host is configured): {Subject}")]
    private static partial void LogMail(ILogger logger, string subject);
}

/// <summary>The default: text messages to the log, until a provider's own sender takes its place.</summary>
internal sealed partial class ConsoleSmsSender(ILogger<ConsoleSmsSender> logger) : ISender
{
    public string Channel => "sms";

    public Task SendAsync(Guid noticeId, string address, Templates.Text text, CancellationToken cancellation)
    {
        LogSms(logger, text.Subject);
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Information, "SMS: {Subject}")]
    private static partial void LogSms(ILogger logger, string subject);
}
