using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Jingdezhen.Tourism.Routes.Places;

/// <summary>Reads one row of a catalogue file and says of every field that is wrong what would be right.</summary>
internal sealed partial class PlaceReader(JsonObject row)
{
    public static readonly string[] Districts = ["Zhushan", "Changjiang", "Changnan New Area", "Fuliang", "Leping"];

    // The city and its counties with a margin. A point outside is a typing error or has latitude and longitude swapped.
    private const double South = 28.6, North = 30.1, West = 116.8, East = 117.9;
    private const int LongestName = 120, LongestText = 2000, MostItems = 30;

    private readonly List<string> faults = [];

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Slug();

    public static (PlaceFacts? Facts, IReadOnlyList<string> Faults) Read(JsonObject row)
    {
        var reader = new PlaceReader(row);
        var facts = reader.Facts();
        return (reader.faults.Count == 0 ? facts : null, reader.faults);
    }

    /// <summary>Whether a point can belong to the region at all.</summary>
    public static bool InRegion(double lat, double lon) => lat is >= South and <= North && lon is >= West and <= East;

    private PlaceFacts Facts()
    {
        var district = Text("district", LongestName);
        if (district.Length > 0 && !Districts.Contains(district))
            Wrong("district", $"is none of {string.Join(", ", Districts)}");
        var (lat, lon) = (Number("lat"), Number("lon"));
        if (!InRegion(lat, lon)) Wrong("lat, lon", $"({lat}, {lon}) lies outside {South}-{North} N, {West}-{East} E");
        var visit = (int)Number("visitMinutes");
        if (visit is < 5 or > 600) Wrong("visitMinutes", "is not between 5 and 600");
        var ticket = Optional<long>("ticketFen");
        if (ticket is < 0 or > 10_000_000) Wrong("ticketFen", "is not between 0 and 10000000");

        return new(
            Id: Identifier("id") ?? "", NameZh: Text("nameZh", LongestName), NameEn: Text("nameEn", LongestName),
            Category: Identifier("category") ?? "", Themes: Texts("themes", MostItems), District: district,
            Lat: lat, Lon: lon, VisitMinutes: visit, Indoor: Indoor(), Opening: Opening(),
            HolidayOpening: row["holidayOpening"] is { } holiday ? Windows("holidayOpening", holiday) : null,
            Exceptions: Exceptions(), LastAdmission: LastAdmission(),
            ClosedNote: row["closedNote"] is null ? "" : Text("closedNote", LongestText, mayBeEmpty: true),
            TicketFen: ticket, TicketGroup: OptionalIdentifier("ticketGroup"), PartOf: OptionalIdentifier("partOf"),
            RequiresTicketOf: OptionalIdentifier("requiresTicketOf"), Wheelchair: Optional<bool>("wheelchair"),
            Evening: Optional<bool>("evening") ?? false, NationalProtected: Optional<bool>("nationalProtected"),
            DailyCapacity: Positive("dailyCapacity"), CarryingCapacity: Positive("carryingCapacity"),
            NeedsCheck: Optional<bool>("needsCheck") ?? false, Demonstration: Optional<bool>("demonstration") ?? false,
            Withdrawn: Optional<bool>("withdrawn") ?? false, Certainty: Certainty(),
            Sources: row["sources"] is null ? [] : Texts("sources", MostItems));
    }

    private string Indoor()
    {
        switch (row["indoor"])
        {
            case JsonValue value when value.TryGetValue<bool>(out var indoor): return indoor ? "indoor" : "outdoor";
            case JsonValue value when value.TryGetValue<string>(out var text)
                && text is "indoor" or "outdoor" or "mixed":
                return value.GetValue<string>();
            default: Wrong("indoor", "is neither true, false nor \"mixed\""); return "mixed";
        }
    }

    private Dictionary<string, IReadOnlyList<string>> Opening()
    {
        var week = new Dictionary<string, IReadOnlyList<string>>();
        if (row["opening"] is not JsonObject opening)
        {
            Wrong("opening", "is not an object with mon to sun");
            return week;
        }

        foreach (var day in OpeningHours.Weekdays)
        {
            if (opening[day] is { } windows) week[day] = Windows($"opening.{day}", windows);
            else Wrong($"opening.{day}", "is missing; a closed day is []");
        }

        foreach (var (name, _) in opening)
        {
            if (!OpeningHours.Weekdays.Contains(name)) Wrong($"opening.{name}", "is no weekday");
        }

        return week;
    }

    private string[] Windows(string field, JsonNode node)
    {
        if (node is not JsonArray { Count: <= 8 } array)
        {
            Wrong(field, "is not a list of at most 8 windows");
            return [];
        }

        var windows = new List<Window>();
        foreach (var item in array)
        {
            var text = item is JsonValue value && value.TryGetValue<string>(out var written) ? written
                : item?.ToJsonString() ?? "null";
            if (Window.Parse(text) is { } window) windows.Add(window);
            else Wrong(field, $"\"{text}\" is not a window like 09:00-17:30");
        }

        windows.Sort((left, right) => left.From.CompareTo(right.From));
        for (var each = 1; each < windows.Count; each++)
        {
            if (windows[each].From < windows[each - 1].To)
                Wrong(field, $"{windows[each - 1]} and {windows[each]} overlap");
        }

        return [.. windows.Select(window => window.ToString())];
    }

    private List<OpeningExceptionFacts> Exceptions()
    {
        var exceptions = new List<OpeningExceptionFacts>();
        if (row["exceptions"] is null) return exceptions;
        if (row["exceptions"] is not JsonArray { Count: <= 100 } array)
        {
            Wrong("exceptions", "is not a list of at most 100 exceptions");
            return exceptions;
        }

        for (var index = 0; index < array.Count; index++)
        {
            var field = $"exceptions[{index}]";
            if (array[index] is not JsonObject each || Date(each["from"]) is not { } from
                || Date(each["to"]) is not { } to || to < from)
            {
                Wrong(field, "does not have from and to as dates in order");
                continue;
            }

            exceptions.Add(new(
                from, to, Windows($"{field}.windows", each["windows"] ?? new JsonArray()),
                    (each["reason"] as JsonValue)?.ToString() ?? ""));
        }

        return exceptions;
    }

    private static DateOnly? Date(JsonNode? node) =>
        DateOnly.TryParseExact((node as JsonValue)?.ToString(), "yyyy-MM-dd", CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var date)
            ? date : null;

    private string? LastAdmission()
    {
        if (row["lastAdmission"] is null) return null;
        var text = Text("lastAdmission", 5);
        if (Window.ParseClock(text) is null) Wrong("lastAdmission", $"\"{text}\" is not a time like 16:30");
        return text;
    }

    private PlaceCertainty? Certainty()
    {
        if (row["certainty"] is not JsonObject certainty) return null;
        return new(Of("coordinates"), Of("opening"), Of("ticket"), Of("note"));
        string? Of(string name) => (certainty[name] as JsonValue)?.ToString();
    }

    private string Text(string field, int longest, bool mayBeEmpty = false)
    {
        if (row[field] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length <= longest
            && (mayBeEmpty || text.Length > 0))
        {
            return text;
        }

        Wrong(field, row[field] is null ? "is missing" : $"is not a text of 1 to {longest} characters");
        return "";
    }

    private string[] Texts(string field, int most)
    {
        if (row[field] is JsonArray array && array.Count <= most
            && array.All(item => item is JsonValue value && value.TryGetValue<string>(out var text)
                && text.Length is > 0 and <= LongestText))
        {
            return [.. array.Select(item => item!.GetValue<string>())];
        }

        Wrong(field, $"is not a list of at most {most} texts");
        return [];
    }

    private string? Identifier(string field)
    {
        var text = Text(field, LongestName);
        if (text.Length > 0 && !Slug().IsMatch(text))
            Wrong(field, $"\"{text}\" is not lower-case words joined by hyphens");
        return text;
    }

    private string? OptionalIdentifier(string field) => row[field] is null ? null : Identifier(field);

    private double Number(string field)
    {
        if (row[field] is JsonValue value && value.TryGetValue<double>(out var number) && double.IsFinite(number))
            return number;
        Wrong(field, row[field] is null ? "is missing" : "is not a number");
        return double.NaN;
    }

    private T? Optional<T>(string field) where T : struct
    {
        if (row[field] is null) return null;
        if (row[field] is JsonValue value && value.TryGetValue<T>(out var read)) return read;
        Wrong(field, $"is not {(typeof(T) == typeof(bool) ? "true or false" : "a whole number")}");
        return null;
    }

    private int? Positive(string field)
    {
        var number = Optional<int>(field);
        if (number is <= 0) Wrong(field, "is not above 0");
        return number;
    }

    private void Wrong(string field, string because) => faults.Add($"{field} {because}.");
}
