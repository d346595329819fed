using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Jingdezhen.Tourism.Homestays.Calendars;

/// <summary>
/// Statutory holidays as the State Council arranges them, a year a file beside this one. A year that is not published
/// yet is marked assumed; a later year has none.
/// </summary>
public sealed class HolidayCalendar
{
    private readonly FrozenDictionary<DateOnly, string> _days;

    private HolidayCalendar(IEnumerable<HolidayYear> years)
    {
        Years = [.. years.OrderBy(year => year.Year)];
        _days = Years.SelectMany(year => year.Holidays)
            .SelectMany(holiday => Enumerable.Range(0, holiday.To.DayNumber - holiday.From.DayNumber + 1)
                .Select(day => (Day: holiday.From.AddDays(day), holiday.Name)))
            .ToFrozenDictionary(day => day.Day, day => day.Name);
    }

    public static HolidayCalendar Published { get; } = new(Load());

    /// <summary>The years known, and whether each is published or assumed.</summary>
    public IReadOnlyList<HolidayYear> Years { get; }

    public bool IsHoliday(DateOnly day) => _days.ContainsKey(day);

    /// <summary>Whether any night of the half-open range falls on a holiday.</summary>
    public bool Touches(DateOnly arrival, DateOnly departure)
    {
        for (var night = arrival; night < departure; night = night.AddDays(1))
        {
            if (IsHoliday(night)) return true;
        }

        return false;
    }

    private static IEnumerable<HolidayYear> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames()
            .Where(name => name.Contains(".Holidays.", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            yield return JsonSerializer.Deserialize<HolidayYear>(stream, JsonSerializerOptions.Web)!;
        }
    }
}

/// <param name="Assumed">Not announced when the file was written; replace it when it is.</param>
public sealed record HolidayYear(int Year, string Source, bool Assumed, IReadOnlyList<Holiday> Holidays);

/// <param name="To">The last day off, included.</param>
public sealed record Holiday(string Name, DateOnly From, DateOnly To);
