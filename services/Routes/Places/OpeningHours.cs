using System.Globalization;

namespace Jingdezhen.Tourism.Routes.Places;

/// <summary>A span of a day in minutes after midnight, Shanghai time; 24:00 is 1440.</summary>
internal readonly record struct Window(int From, int To)
{
    public const int Midnight = 24 * 60;

    public override string ToString() => $"{Clock(From)}-{Clock(To)}";

    public static string Clock(int minute) => $"{minute / 60:00}:{minute % 60:00}";

    /// <summary>"09:00-17:30"; null where the text is no window or an empty one.</summary>
    public static Window? Parse(string text) =>
        text.Split('-') is [var from, var to] && ParseClock(from) is { } start && ParseClock(to) is { } end
            && start < end
            ? new(start, end) : null;

    /// <summary>"09:05" as minutes after midnight, up to 24:00; null where it is none.</summary>
    public static int? ParseClock(string text) =>
        text.Length == 5 && text[2] == ':'
        && int.TryParse(text.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hour)
        && int.TryParse(text.AsSpan(3, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var minute)
        && minute < 60 && (hour * 60) + minute <= Midnight
            ? (hour * 60) + minute : null;
}

/// <summary>When a place lets visitors in: its week, statutory holidays, and days that are different.</summary>
internal sealed class OpeningHours
{
    public static readonly string[] Weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    private readonly Window[][] week;
    private readonly Window[]? holiday;
    private readonly (DateOnly From, DateOnly To, Window[] Windows)[] exceptions;

    public OpeningHours(PlaceFacts facts)
    {
        week = [.. Weekdays.Select(day => Windows(facts.Opening[day]))];
        holiday = facts.HolidayOpening is { } windows ? Windows(windows) : null;
        exceptions = [.. facts.Exceptions.Select(each => (each.From, each.To, Windows(each.Windows)))];
        LastAdmission = facts.LastAdmission is { } last ? Window.ParseClock(last) : null;
    }

    /// <summary>Minutes after midnight after which nobody is let in.</summary>
    public int? LastAdmission { get; }

    /// <summary>The windows of a date, in order; empty when closed. A named exception beats a holiday, that the
    /// week.</summary>
    public IReadOnlyList<Window> On(DateOnly date, bool statutoryHoliday)
    {
        foreach (var (from, to, windows) in exceptions)
        {
            if (date >= from && date <= to) return windows;
        }

        return statutoryHoliday && holiday is not null ? holiday : week[((int)date.DayOfWeek + 6) % 7];
    }

    public bool IsOpen(DateOnly date, bool statutoryHoliday, int minute) =>
        minute <= (LastAdmission ?? Window.Midnight)
        && On(date, statutoryHoliday).Any(window => window.From <= minute && minute < window.To);

    private static Window[] Windows(IReadOnlyList<string> texts) =>
        [.. texts.Select(text => Window.Parse(text)!.Value).OrderBy(window => window.From)];
}
