using System.Globalization;
using System.Text;

namespace Jingdezhen.Tourism.Homestays.Tests.Feeds;

/// <summary>
/// A second reader of RFC 5545 that shares nothing with Ical.Net and forgives nothing: CRLF, lines of at most 75
/// octets, folding, balanced components, the required properties, DATE values, DTEND after DTSTART, unique UIDs.
/// </summary>
internal static class StrictCalendar
{
    internal sealed record Event(string Uid, DateOnly From, DateOnly To, string Summary);

    public static IReadOnlyList<Event> Read(string text, bool needsStamp)
    {
        Require(text.EndsWith("\r\n", StringComparison.Ordinal), "the last line ends in CRLF");
        Require(!text.Replace("\r\n", "", StringComparison.Ordinal).AsSpan().ContainsAny('\r', '\n'),
            "CR and LF come together only");
        var lines = new List<string>();
        foreach (var physical in text[..^2].Split("\r\n"))
        {
            Require(Encoding.UTF8.GetByteCount(physical) <= 75, $"at most 75 octets: {physical}");
            if (physical.StartsWith(' ') || physical.StartsWith('\t')) lines[^1] += physical[1..];
            else lines.Add(physical);
        }

        Require(lines[0] == "BEGIN:VCALENDAR" && lines[^1] == "END:VCALENDAR", "one calendar");
        var (open, events, properties) = (new Stack<string>(), new List<Event>(), new Dictionary<string,
            (string Parameters, string Value)>());
        var calendar = new HashSet<string>();
        foreach (var line in lines)
        {
            var colon = ColonOf(line);
            var (name, value) = (line[..colon], line[(colon + 1)..]);
            var semicolon = name.IndexOf(';', StringComparison.Ordinal);
            var parameters = semicolon < 0 ? "" : name[(semicolon + 1)..];
            if (semicolon >= 0) name = name[..semicolon];
            Require(name.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter) || letter == '-'),
                $"a name: {name}");
            if (name == "BEGIN")
            {
                open.Push(value);
                properties.Clear();
            }
            else if (name == "END")
            {
                Require(open.Pop() == value, "components are balanced");
                if (value == "VEVENT") events.Add(Finish(properties, needsStamp));
            }
            else if (open.Peek() == "VEVENT") Require(properties.TryAdd(name, (parameters, value)), $"{name} once");
            else calendar.Add(name);
        }

        Require(open.Count == 0 && calendar.Contains("VERSION") && calendar.Contains("PRODID"), "VERSION and PRODID");
        Require(events.Select(entry => entry.Uid).Distinct().Count() == events.Count, "UIDs are unique");
        return events;
    }

    private static Event Finish(Dictionary<string, (string Parameters, string Value)> properties, bool needsStamp)
    {
        if (needsStamp)
        {
            var stamp = properties["DTSTAMP"].Value;
            Require(stamp.Length == 16 && stamp.EndsWith('Z'), $"DTSTAMP is UTC: {stamp}");
        }

        var (from, to) = (Day(properties["DTSTART"]), Day(properties["DTEND"]));
        Require(from < to, "DTEND is after DTSTART");
        return new(properties["UID"].Value, from, to, properties["SUMMARY"].Value);
    }

    private static DateOnly Day((string Parameters, string Value) property)
    {
        Require(property.Parameters == "VALUE=DATE", $"a day says VALUE=DATE: {property}");
        return DateOnly.ParseExact(property.Value, "yyyyMMdd", CultureInfo.InvariantCulture);
    }

    private static int ColonOf(string line)
    {
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"') quoted = !quoted;
            if (line[i] == ':' && !quoted) return i;
        }

        throw new FormatException($"No value: {line}");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds) throw new FormatException($"RFC 5545: {what}.");
    }
}
