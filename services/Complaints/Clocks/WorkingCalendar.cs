using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Jingdezhen.Tourism.Complaints.Clocks;

/// <summary>
/// Working days as the State Council arranges them: holidays off, make-up weekends on, a year a file beside this one. A
/// year without a file has its weekends only.
/// </summary>
public sealed class WorkingCalendar
{
    private static readonly TimeSpan Shanghai = TimeSpan.FromHours(8);
    private readonly FrozenSet<DateOnly> _off;
    private readonly FrozenSet<DateOnly> _on;

    private WorkingCalendar(IReadOnlyCollection<ArrangedYear> years)
    {
        Years = years.Select(year => year.Year).Order().ToList();
        _off = years.SelectMany(year => year.Holidays)
            .SelectMany(holiday => Enumerable.Range(0, holiday.To.DayNumber - holiday.From.DayNumber + 1)
                .Select(holiday.From.AddDays)).ToFrozenSet();
        _on = years.SelectMany(year => year.WorkingWeekends).ToFrozenSet();
    }

    public static WorkingCalendar Published { get; } = new([.. Load()]);

    /// <summary>The years whose arrangement is known.</summary>
    public IReadOnlyList<int> Years { get; }

    public bool IsWorkingDay(DateOnly day) =>
        _on.Contains(day) || (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !_off.Contains(day));

    /// <summary>The end of the <paramref name="days"/>th working day after the day of <paramref
    /// name="start"/>.</summary>
    public DateTimeOffset EndOfWorkingDay(DateTimeOffset start, int days)
    {
        var day = DayOf(start);
        while (days > 0)
        {
            day = day.AddDays(1);
            if (IsWorkingDay(day)) days--;
        }

        return EndOf(day);
    }

    /// <summary>
    /// The end of the <paramref name="days"/>th day after the day of <paramref name="start"/>; where that is no working
    /// day, of the next one (Civil Code, art. 201 and 203).
    /// </summary>
    public DateTimeOffset EndOfDay(DateTimeOffset start, int days)
    {
        var day = DayOf(start).AddDays(days);
        while (!IsWorkingDay(day)) day = day.AddDays(1);

        return EndOf(day);
    }

    public static DateOnly DayOf(DateTimeOffset moment) => DateOnly.FromDateTime(moment.ToOffset(Shanghai).DateTime);

    public static DateTimeOffset EndOf(DateOnly day) =>
        new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), Shanghai).ToUniversalTime();

    private static IEnumerable<ArrangedYear> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames()
            .Where(name => name.Contains(".Holidays.", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            yield return JsonSerializer.Deserialize<ArrangedYear>(stream, JsonSerializerOptions.Web)!;
        }
    }

    private sealed record ArrangedYear(
        int Year, string Source, IReadOnlyList<Holiday> Holidays, IReadOnlyList<DateOnly> WorkingWeekends);

    private sealed record Holiday(string Name, DateOnly From, DateOnly To);
}
