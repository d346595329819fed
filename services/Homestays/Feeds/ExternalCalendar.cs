using System.Security.Cryptography;
using System.Text;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Jingdezhen.Tourism.Homestays.Calendars;

namespace Jingdezhen.Tourism.Homestays.Feeds;

/// <summary>Nights that a calendar claims; half open, as DTEND is exclusive (RFC 5545, 3.6.1).</summary>
internal sealed record ClaimedNights(string Uid, DateOnly From, DateOnly To);

/// <summary>What another platform's calendar says of a room.</summary>
/// <param name="Skipped">Events that close nothing here: free, cancelled, our own echo, recurring or without a
/// date.</param>
internal sealed record ExternalCalendar(IReadOnlyList<ClaimedNights> Nights, int Skipped)
{
    public const int MostEvents = 2_000;

    /// <summary>The end of every UID we give out: an event that ends so is ours, come back.</summary>
    public const string OwnUid = "@homestays.jingdezhen-tourism";

    private const int LongestUid = 255, LongestEvent = 731;

    /// <returns>The calendar, or null with the fault that keeps it from being one. Nothing is taken from a broken
    /// one.</returns>
    public static (ExternalCalendar? Calendar, string? Fault) Read(string text)
    {
        // A body cut off in the middle would look like a calendar with fewer events, and open nights that are sold.
        if (!text.AsSpan().TrimStart('\uFEFF').TrimStart()
            .StartsWith("BEGIN:VCALENDAR", StringComparison.OrdinalIgnoreCase)
            || !text.AsSpan().TrimEnd().EndsWith("END:VCALENDAR", StringComparison.OrdinalIgnoreCase))
            return (null, "The answer is not a whole calendar.");

        Calendar? calendar;
        try
        {
            calendar = Calendar.Load(text);
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or InvalidOperationException
            or System.Runtime.Serialization.SerializationException or NotSupportedException or OverflowException)
        {
            return (null, $"The calendar cannot be read: {fault.Message}");
        }

        if (calendar is null) return (null, "The answer is not a calendar.");
        if (calendar.Events.Count > MostEvents) return (null, $"More than {MostEvents} events.");

        var nights = new HashSet<ClaimedNights>();
        var skipped = 0;
        foreach (var entry in calendar.Events)
        {
            if (Claim(entry) is { } claim) nights.Add(claim);
            else skipped++;
        }

        return (new([.. nights.OrderBy(claim => claim.From).ThenBy(claim => claim.Uid, StringComparer.Ordinal)],
            skipped), null);
    }

    private static ClaimedNights? Claim(CalendarEvent entry)
    {
        if (entry.Start is not { } start
            || string.Equals(entry.Status, "CANCELLED", StringComparison.OrdinalIgnoreCase)
            || string.Equals(entry.Transparency, "TRANSPARENT", StringComparison.OrdinalIgnoreCase)
            || entry.RecurrenceRule is not null
            || entry.Uid?.EndsWith(OwnUid, StringComparison.Ordinal) == true) return null;

        // A time of day (Google, a landlord's own planner) claims the day it begins on, in Jingdezhen.
        var from = DayOf(start, roundUp: false);
        var to = entry.End is { } end ? DayOf(end, roundUp: true) : from.AddDays(1);
        if (to <= from) to = from.AddDays(1);
        if (to.DayNumber - from.DayNumber > LongestEvent) to = from.AddDays(LongestEvent);

        var uid = entry.Uid is { Length: > 0 and <= LongestUid } given
            && !given.Contains('\0', StringComparison.Ordinal) ? given
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{entry.Uid} {from:O} {to:O}")));
        return new(uid, from, to);
    }

    private static DateOnly DayOf(CalDateTime moment, bool roundUp)
    {
        if (!moment.HasTime) return moment.Date;

        var utc = new DateTimeOffset(DateTime.SpecifyKind(moment.AsUtc, DateTimeKind.Utc));
        var day = BusinessDay.Of(utc);
        return roundUp && BusinessDay.StartOf(day) < utc ? day.AddDays(1) : day;
    }
}
