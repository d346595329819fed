using System.Text.Json;

namespace Jingdezhen.Tourism.Bookings.Tickets;

/// <summary>
/// The gate without network: <c>verify-ticket --keys FILE [--revocations FILE] CODE</c>. The files are what
/// <c>/v1/tickets/keys</c> and <c>/v1/tickets/revocations</c> gave while there was one.
/// </summary>
internal static class VerifyTicket
{
    private const int Valid = 0;
    private const int Invalid = 1;
    private const int Misused = 2;

    public static async Task<int> RunAsync(string[] args, TextWriter output, DateTimeOffset now)
    {
        string? After(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length
            ? args[at + 1] : null;
        var code = Array.Find(args, arg => arg.StartsWith(TicketCode.Prefix, StringComparison.Ordinal));
        if (After("--keys") is not { } keyFile || code is null)
        {
            await output.WriteLineAsync("usage: verify-ticket --keys FILE [--revocations FILE] JDZ1:…");
            return Misused;
        }

        var set = JsonSerializer.Deserialize<TicketKeysResponse>(
            await File.ReadAllTextAsync(keyFile), JsonSerializerOptions.Web)!;
        var keys = set.Keys.ToDictionary(key => key.Kid, PublishTicketKeys.Read);
        if (TicketCode.Verify(code, keys.GetValueOrDefault) is not { } ticket)
        {
            return await Say(Invalid, "INVALID: not signed by a known key");
        }

        if (now < ticket.ValidFrom) return await Say(Invalid, $"NOT YET: valid from {ticket.ValidFrom:u}");
        if (now > ticket.ValidTo) return await Say(Invalid, $"OVER: was valid to {ticket.ValidTo:u}");
        if (After("--revocations") is { } listFile)
        {
            var list = PublishRevocations.Read(await File.ReadAllBytesAsync(listFile), keys.GetValueOrDefault);
            if (list is null) return await Say(Misused, "The revocation list is not signed by a known key.");
            if (list.Value.Revoked.Contains(ticket.UnitItemId))
            {
                return await Say(Invalid, $"REVOKED, by the list of {list.Value.IssuedAt:u}");
            }
        }

        return await Say(
            Valid, $"VALID: {ticket.Visitors} × {ticket.UnitType} at {ticket.VenueId}, until {ticket.ValidTo:u}");

        async Task<int> Say(int result, string text)
        {
            await output.WriteLineAsync(text);
            return result;
        }
    }
}
