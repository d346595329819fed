using System.Text.Json;
using System.Text.Json.Serialization;

namespace Jingdezhen.Tourism.Routes.Places;

/// <summary>
/// What is known of a place, in the shape of the catalogue's files. Windows are written "HH:mm-HH:mm" in Shanghai time;
/// a visit has to end by the window's end. Null means unknown, except where said otherwise.
/// </summary>
/// <param name="Lat">WGS-84 degrees north.</param>
/// <param name="Lon">WGS-84 degrees east.</param>
/// <param name="Indoor">indoor, outdoor or mixed.</param>
/// <param name="Opening">Windows by weekday, mon to sun; an empty list is a closed day.</param>
/// <param name="HolidayOpening">Windows of statutory holidays, where they differ from the weekday's.</param>
/// <param name="LastAdmission">HH:mm after which nobody is let in; null where the visit only has to end in
/// time.</param>
/// <param name="CarryingCapacity">How many visitors at once it bears, an assumption unless certainty says more.</param>
/// <param name="TicketGroup">Places of one group share one ticket.</param>
/// <param name="PartOf">The place this one lies in.</param>
/// <param name="Demonstration">Opening and fare are made up for the demonstration and not the operator's.</param>
/// <param name="Withdrawn">No longer offered; kept because routes and histories name it.</param>
public sealed record PlaceFacts(
    string Id,
    string NameZh,
    string NameEn,
    string Category,
    IReadOnlyList<string> Themes,
    string District,
    double Lat,
    double Lon,
    int VisitMinutes,
    string Indoor,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Opening,
    IReadOnlyList<string>? HolidayOpening,
    IReadOnlyList<OpeningExceptionFacts> Exceptions,
    string? LastAdmission,
    string ClosedNote,
    long? TicketFen,
    string? TicketGroup,
    string? PartOf,
    string? RequiresTicketOf,
    bool? Wheelchair,
    bool Evening,
    bool? NationalProtected,
    int? DailyCapacity,
    int? CarryingCapacity,
    bool NeedsCheck,
    bool Demonstration,
    bool Withdrawn,
    PlaceCertainty? Certainty,
    IReadOnlyList<string> Sources)
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    // Records compare their lists by reference, so the text decides; jsonb puts the weekdays into an order of its own.
    internal static bool Same(PlaceFacts left, PlaceFacts right) => Text(left) == Text(right);

    private static string Text(PlaceFacts facts) => JsonSerializer.Serialize(
        facts with { Opening = new SortedDictionary<string,
            IReadOnlyList<string>>(facts.Opening.ToDictionary(), StringComparer.Ordinal) }, Json);
}

/// <summary>How sure each kind of fact is: source, known, approximate or assumed.</summary>
public sealed record PlaceCertainty(string? Coordinates, string? Opening, string? Ticket, string? Note);

/// <summary>Days on which a place keeps other hours, or none.</summary>
public sealed record OpeningExceptionFacts(DateOnly From, DateOnly To, IReadOnlyList<string> Windows, string Reason);
