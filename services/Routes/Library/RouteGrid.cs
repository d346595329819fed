using Jingdezhen.Tourism.Routes.Plans;

namespace Jingdezhen.Tourism.Routes.Library;

/// <summary>One cell: persona × days × season × budget × pace × start, and which of several tries.</summary>
internal sealed record RouteCell(
    Persona Persona, int Days, string Season, string Budget, PaceWish Pace, string Start, int Variation,
        string? Programme = null)
{
    public string Key => Programme is null
        ? $"{Persona.Code}/{Days}/{Season}/{Budget}/{Pace}/{Start}/{Variation}".ToLowerInvariant()
        : $"named/{Programme}";
}

/// <summary>The grid over which the library is made, and the wishes of each of its cells.</summary>
internal static class RouteGrid
{
    public static readonly string[] Seasons = ["spring", "summer", "autumn", "winter"];
    public static readonly string[] Budgets = ["thrifty", "medium", "open"];
    public static readonly string[] Starts = ["jdz-north-station", "taoxichuan", "renmin-square", "sanbao-valley"];
    private const int LongestTrip = 5;
    private const int MediumFen = 25_000, ThriftyFen = 9_000;

    /// <summary>The named programmes, then the grid, once a variation; personas change fastest so that every part of it
    /// fills.</summary>
    public static IEnumerable<RouteCell> Cells(int variations)
    {
        foreach (var programme in Programme.All)
        {
            yield return new(Persona.All[0], programme.Days, "spring", "open", PaceWish.Normal, "renmin-square", 0,
                programme.Code);
        }

        for (var variation = 0; variation < variations; variation++)
        {
            foreach (var season in Seasons)
            foreach (var start in Starts)
            foreach (var budget in Budgets)
            foreach (var pace in Enum.GetValues<PaceWish>())
            for (var days = LongestTrip; days >= 1; days--)
            foreach (var persona in Persona.All)
            {
                yield return new(persona, days, season, budget, pace, start, variation);
            }
        }
    }

    public static TripWishes Wishes(RouteCell cell, DateOnly today, int milliseconds)
    {
        var programme = cell.Programme is { } code ? Programme.Find(code) : null;
        var (persona, party) = (cell.Persona, cell.Persona.Party);
        var people = party.Adults + party.Children + party.Seniors;
        var first = FirstDay(cell, today);
        var seed = Hash(cell.Key);

        // A further try of a cell leans towards other interests of the same person, so that it finds other places.
        var interests = programme is null
            ? persona.Interests.ToDictionary(each => each.Theme, each =>
                Math.Clamp(each.Interest * Lean(seed, each.Theme, cell.Variation), 0.05, 1))
            : null;
        return new(
            [.. Enumerable.Range(0, cell.Days).Select(day => new DayWish(first.AddDays(day)))],
            Stay: new(cell.Start), Interests: interests, Party: programme is null ? party : new(2), Pace: cell.Pace,
            Transport: programme is null ? persona.Transport : TransportWish.Mixed,
            BudgetFen: cell.Budget switch
            {
                "thrifty" => (long)ThriftyFen * people * cell.Days,
                "medium" => (long)MediumFen * people * cell.Days,
                _ => null,
            },
            Breaks: persona.Rest ? [Lunch, new("rest", "14:00", "16:00", 30)] : [Lunch],
            WalkLimitMeters: persona.WalkLimit, Programmes: programme is null ? null : [programme.Code],
            EveningProgramme: programme is null && persona.Evening,
            EnteredOn: cell.Programme == "transit-144-hours" ? first : null, TimeLimitMilliseconds: milliseconds,
                Seed: seed);
    }

    private static BreakWishes Lunch => new("lunch", "11:00", "13:00", 50);

    /// <summary>The first fitting day of the season that lies ahead; tries begin on different days of the
    /// week.</summary>
    private static DateOnly FirstDay(RouteCell cell, DateOnly today)
    {
        var month = cell.Season switch { "spring" => 4, "summer" => 7, "autumn" => 10, _ => 12 };
        var day = new DateOnly(today.Year, month, cell.Season == "autumn" ? 11 : 8);
        while (day <= today) day = day.AddYears(1);
        return day.AddDays((int)(Hash(cell.Key + "/day") % 7));
    }

    private static double Lean(ulong seed, string theme, int variation)
    {
        var share = (Hash($"{seed}/{theme}") % 1000) / 1000.0;
        return 1 - ((variation == 0 ? 0.35 : 0.8) * share);
    }

    // FNV-1a: the same in every process, which string.GetHashCode is not.
    private static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in text) hash = (hash ^ letter) * 1099511628211UL;
        return hash >> 1;
    }
}
