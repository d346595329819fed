using System.Security.Cryptography;
using System.Text;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Homestays.Stays;
using Jingdezhen.Tourism.Homestays.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Feeds;

/// <summary>
/// A room's calendar for other platforms: which nights are gone, and nothing of who, why or for how much. Its address
/// is the secret. <c>?except=airbnb</c> leaves out what that platform told us, so that it does not read its own echo.
/// </summary>
internal static class ExportCalendar
{
    public static async Task<Results<ContentHttpResult, NotFound, StatusCodeHttpResult>> Handle(
        string secret, HttpRequest request, HttpResponse response, HomestaysDb db, TimeProvider clock,
        CancellationToken cancellation, string? except = null)
    {
        if (await db.Rooms.AsNoTracking().Where(r => r.FeedSecret == secret).Select(r => (Guid?)r.Id)
            .SingleOrDefaultAsync(cancellation)
            is not { } room) return TypedResults.NotFound();

        var from = clock.Today().AddDays(-30);
        var now = await db.NowAsync(cancellation);
        var stays = await db.Stays.AsNoTracking()
            .Where(s => s.RoomId == room && s.Departure > from
                && (s.State == Stay.Confirmed || s.State == Stay.CheckedIn
                || s.State == Stay.CheckedOut || (s.State == Stay.Held && s.ExpiresAt > now)))
            .Select(s => new { s.Id, From = s.Arrival, To = s.Departure, s.HeldAt }).ToListAsync(cancellation);
        var without = $"calendar:{except}";
        var blocks = await db.Blocks.AsNoTracking().Where(b => b.RoomId == room && b.To > from && b.MadeBy != without)
            .Select(b => new { b.Id, b.From, b.To, b.CreatedAt }).ToListAsync(cancellation);

        var text = Write(
            stays.Select(s => new Entry(s.Id, s.From, s.To, s.HeldAt, "Reserved"))
                .Concat(blocks.Select(b => new Entry(b.Id, b.From, b.To, b.CreatedAt, "Not available"))));
        var etag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16))}\"";
        response.Headers.ETag = etag;
        response.Headers.CacheControl = "private, max-age=60";
        response.Headers["X-Robots-Tag"] = "noindex";
        return request.Headers.IfNoneMatch.Contains(etag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Content(text, "text/calendar; charset=utf-8");
    }

    internal sealed record Entry(Guid Id, DateOnly From, DateOnly To, DateTimeOffset At, string Summary);

    /// <summary>Whole days, DTEND exclusive, UIDs that stay, DTSTAMP of the entry's own birth: the same nights, the
    /// same bytes.</summary>
    internal static string Write(IEnumerable<Entry> entries)
    {
        var calendar = new Calendar { ProductId = "-//Jingdezhen.Tourism//Homestays//EN", Method = "PUBLISH" };
        foreach (var entry in entries.OrderBy(entry => entry.From).ThenBy(entry => entry.Id))
        {
            calendar.Events.Add(new CalendarEvent
            {
                Uid = entry.Id + ExternalCalendar.OwnUid,
                Start = new CalDateTime(entry.From),
                End = new CalDateTime(entry.To),
                DtStamp = new CalDateTime(Whole(entry.At.UtcDateTime)),
                Summary = entry.Summary,
            });
        }

        return new CalendarSerializer(calendar).SerializeToString()
            ?? throw new InvalidOperationException("The calendar could not be written.");
    }

    private static DateTime Whole(DateTime moment) =>
        new(moment.Ticks - (moment.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
}
