using System.Reflection;
using System.Text.Json;

namespace Jingdezhen.Tourism.Complaints.Clocks;

/// <summary>A due time in one of the forms that rules know; minutes run through nights and holidays.</summary>
/// <param name="ComplexMinutes">In place of <paramref name="Minutes"/> for a complex case.</param>
/// <param name="ConsentWorkingDays">In place of <paramref name="Minutes"/> where both sides agreed to take
/// longer.</param>
/// <param name="SinceAcceptance">Counted from acceptance, not from the clock's own start.</param>
/// <param name="Cites">The rule that says so.</param>
public sealed record DueRule(
    int? Minutes, int? ComplexMinutes, int? ConsentWorkingDays, int? WorkingDays, int? Days, bool SinceAcceptance,
    string Cites)
{
    public DateTimeOffset From(
        DateTimeOffset start, DateTimeOffset? acceptedAt, bool complex, bool consent, WorkingCalendar calendar)
    {
        var anchor = SinceAcceptance ? acceptedAt ?? start : start;
        if (consent && ConsentWorkingDays is { } agreed) return calendar.EndOfWorkingDay(anchor, agreed);
        if (WorkingDays is { } working) return calendar.EndOfWorkingDay(anchor, working);
        if (Days is { } days) return calendar.EndOfDay(anchor, days);

        return anchor + TimeSpan.FromMinutes(complex && ComplexMinutes is { } more ? more : Minutes!.Value);
    }
}

/// <summary>One clock: what starts and ends it, and how long it may run. The rules are data: rules.json.</summary>
public sealed record ClockRule(
    string Clock, IReadOnlyList<string> Starts, IReadOnlyList<string> Ends, DueRule? Fast, DueRule? Legal);

public static class ClockRules
{
    /// <summary>Steps after which no clock of the case runs any more.</summary>
    public static readonly IReadOnlyList<string> EndAll = ["decline", "transfer", "withdraw"];

    public static IReadOnlyList<ClockRule> All { get; } = Load();

    public static ClockRule Of(string clock) => All.Single(rule => rule.Clock == clock);

    private static List<ClockRule> Load()
    {
        using var stream = Assembly.GetExecutingAssembly()
            .GetManifestResourceStream("Jingdezhen.Tourism.Complaints.Clocks.rules.json")!;
        return JsonSerializer.Deserialize<List<ClockRule>>(stream, JsonSerializerOptions.Web)!;
    }
}
