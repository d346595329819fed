using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// The same three things from the command line, for whoever may start the service where it runs:
/// <c>failed-messages</c> lists, <c>failed-messages show ID</c> reads, <c>failed-messages resend ID</c> sends again.
/// </summary>
internal static class FailedMessageCommands
{
    private const int MostListed = 100;

    /// <summary>0 done, 1 no such message, 2 a command that nobody knows.</summary>
    public static async Task<int> RunAsync(
        string[] args, DbContext db, FailedMessageSender sender, TextWriter output, CancellationToken cancellation)
    {
        if (args is [])
        {
            var waiting = await db.Set<FailedMessage>().AsNoTracking().Where(message => message.ResentAt == null)
                .OrderBy(message => message.Id).Take(MostListed).ToListAsync(cancellation);
            foreach (var message in waiting)
            {
                await output.WriteLineAsync($"{message.Id}  {message.FailedAt:u}  {message.Queue}  {message.Contract}  {message.Reason}");
            }

            await output.WriteLineAsync($"{waiting.Count} failed messages wait for a decision.");
            return 0;
        }

        if (args is not [var verb and ("show" or "resend"), var text] || !Guid.TryParse(text, out var id))
        {
            await output.WriteLineAsync("Use: failed-messages | failed-messages show ID | failed-messages resend ID");
            return 2;
        }

        if (await db.Set<FailedMessage>().SingleOrDefaultAsync(message => message.Id == id, cancellation) is not { } found)
        {
            await output.WriteLineAsync($"There is no failed message {id}.");
            return 1;
        }

        if (verb == "show")
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(found, JsonSerializerOptions.Web));
            return 0;
        }

        await sender.ResendAsync(db, found, cancellation);
        await output.WriteLineAsync($"Sent {id} to {found.Queue} again.");
        return 0;
    }
}
