namespace Jingdezhen.Tourism.Homestays.Calendars;

/// <summary>
/// What a night costs when the calendar says nothing about it: base × season × (holiday, else weekday), each in
/// percent, rounded half up to the fen after the product; long stays take a discount off each night.
/// </summary>
/// <param name="BaseFen">The plain price of a night.</param>
/// <param name="WeekdayPercent">Seven percentages from Monday, by the evening; null means 100 all week.</param>
/// <param name="Seasons">Days of any year, both ends included; the first that covers the night counts.</param>
/// <param name="HolidayPercent">In place of the weekday's on the nights of statutory holidays.</param>
/// <param name="LongStays">The one with the most nights that the stay reaches counts.</param>
public sealed record PricePlan(
    long BaseFen,
    IReadOnlyList<int>? WeekdayPercent = null,
    IReadOnlyList<Season>? Seasons = null,
    int HolidayPercent = 100,
    IReadOnlyList<LongStay>? LongStays = null)
{
    public const long DearestNightFen = 10_000_000;

    /// <summary>The price of one night, before any discount for a long stay.</summary>
    public long NightFen(DateOnly night, HolidayCalendar holidays)
    {
        var season = 100;
        foreach (var candidate in Seasons ?? [])
        {
            if (!candidate.Covers(night)) continue;
            season = candidate.Percent;
            break;
        }

        var day = holidays.IsHoliday(night) ? HolidayPercent
            : WeekdayPercent is null ? 100
            : WeekdayPercent[((int)night.DayOfWeek + 6) % 7];
        return ((BaseFen * season * day) + 5_000) / 10_000;
    }

    /// <summary>Percent off each night of a stay of so many nights.</summary>
    public int DiscountPercent(int nights)
    {
        var (reached, percent) = (0, 0);
        foreach (var step in LongStays ?? [])
        {
            if (nights >= step.Nights && step.Nights > reached) (reached, percent) = (step.Nights, step.PercentOff);
        }

        return percent;
    }

    public static long Discounted(long nightFen, int percentOff) => ((nightFen * (100 - percentOff)) + 50) / 100;

    /// <summary>What is wrong with the plan, or null.</summary>
    public string? Fault() =>
        BaseFen is < 100 or > DearestNightFen ? $"baseFen must lie between 100 and {DearestNightFen}."
        : WeekdayPercent is { Count: not 7 } ? "weekdayPercent needs seven percentages, from Monday."
        : WeekdayPercent?.Any(percent => percent is < 10 or > 500) == true
            ? "weekdayPercent must lie between 10 and 500."
        : HolidayPercent is < 10 or > 500 ? "holidayPercent must lie between 10 and 500."
        : Seasons?.Count > 12 || LongStays?.Count > 6 ? "At most 12 seasons and 6 long-stay discounts."
        : Seasons?.Any(season => season is null || season.Fault) == true
            ? "A season is MM-DD to MM-DD with 10 to 500 percent."
        : LongStays?.Any(step => step is null || step.Nights is < 2 or > 365 || step.PercentOff is < 1 or > 90) == true
            ? "A long-stay discount is 1 to 90 percent off from 2 to 365 nights."
        : null;
}

/// <param name="From">MM-DD, included.</param>
/// <param name="To">MM-DD, included; before <paramref name="From"/> when the season passes New Year.</param>
public sealed record Season(string Name, string From, string To, int Percent)
{
    internal bool Fault =>
        Percent is < 10 or > 500 || !IsDayOfYear(From) || !IsDayOfYear(To) || Name is not { Length: > 0 and <= 60 };

    internal bool Covers(DateOnly night)
    {
        var day = (night.Month * 100) + night.Day;
        int from = DayOf(From), to = DayOf(To);
        return from <= to ? from <= day && day <= to : day >= from || day <= to;
    }

    private static int DayOf(string text) =>
        ((text[0] - '0') * 1000) + ((text[1] - '0') * 100) + ((text[3] - '0') * 10) + (text[4] - '0');

    // 2024 is a leap year: 29 February may begin a season.
    private static bool IsDayOfYear(string? text) =>
        text is { Length: 5 } && DateOnly.TryParseExact($"2024-{text}", "yyyy-MM-dd", out _);
}

public sealed record LongStay(int Nights, int PercentOff);
