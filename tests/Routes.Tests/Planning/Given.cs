using System.Text.Json;
using Jingdezhen.Tourism.Routes.Planning;

namespace Jingdezhen.Tourism.Routes.Tests.Planning;

/// <summary>Problems to plan: the real places of the catalogue, and small made-up towns.</summary>
internal static class Given
{
    /// <summary>A homestay near the Imperial Kiln, and the North Station.</summary>
    public static readonly (double Lat, double Lon) Homestay = (29.2985, 117.2060);
    public static readonly (double Lat, double Lon) NorthStation = (29.3423, 117.2373);

    /// <summary>A Tuesday; museums are open, and Friday and Saturday markets come within five days.</summary>
    public static readonly DateOnly Tuesday = new(2026, 4, 14);

    private static readonly Lazy<JsonElement[]> Catalogue = new(() =>
        JsonSerializer.Deserialize<JsonElement[]>(File.ReadAllText(Path.Combine(Root(),
            "deploy/catalogue/places.json")))!);

    public static PlanProblem Jingdezhen(int days, int from = 8 * 60, int until = 21 * 60, DateOnly? first = null,
        Weather weather = Weather.Fair, (double Lat, double Lon)? start = null, (double Lat, double Lon)? end = null)
    {
        var dates = Enumerable.Range(0, days).Select((first ?? Tuesday).AddDays).ToArray();
        var rows = Catalogue.Value;
        var ids = rows.Select(row => row.GetProperty("id").GetString()!).ToList();
        int Related(JsonElement row, string name) =>
            row.TryGetProperty(name, out var id) && id.ValueKind == JsonValueKind.String ? ids.IndexOf(id.GetString()!)
                : -1;
        var groups = new List<string>();
        int Group(JsonElement row)
        {
            if (!row.TryGetProperty("ticketGroup", out var name)) return -1;
            if (!groups.Contains(name.GetString()!)) groups.Add(name.GetString()!);
            return groups.IndexOf(name.GetString()!);
        }

        var places = rows.Select(row => new PlanPlace
        {
            Id = row.GetProperty("id").GetString()!,
            Category = row.GetProperty("category").GetString()!,
            County = row.GetProperty("district").GetString()!,
            Themes = [.. row.GetProperty("themes").EnumerateArray().Select(theme => theme.GetString()!)],
            VisitMinutes = row.GetProperty("visitMinutes").GetInt32(),
            Shelter = row.GetProperty("indoor").ValueKind switch
            {
                JsonValueKind.True => Shelter.Indoor,
                JsonValueKind.False => Shelter.Outdoor,
                _ => Shelter.Mixed,
            },
            Wheelchair = row.GetProperty("wheelchair").ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => null,
            },
            Evening = row.GetProperty("evening").GetBoolean(),
            ServesMeals = row.GetProperty("themes").EnumerateArray().Any(theme => theme.GetString() == "food"),
            FareFen = row.GetProperty("ticketFen").ValueKind == JsonValueKind.Number
                ? row.GetProperty("ticketFen").GetInt64() : 0,
            TicketGroup = Group(row),
            PartOf = Related(row, "partOf"),
            RequiresTicketOf = Related(row, "requiresTicketOf"),
            Quality = row.GetProperty("nationalProtected").ValueKind == JsonValueKind.True ? 1.25 : 1,
            Open = [.. dates.Select(date => Windows(row, date))],
        }).ToArray();

        var points = rows.Select(row => (row.GetProperty("lat").GetDouble(), row.GetProperty("lon").GetDouble()))
            .Append(start ?? Homestay).Append(Homestay).Append(end ?? Homestay).ToArray();
        var (home, last) = (places.Length + 1, days - 1);
        return new PlanProblem
        {
            Places = places,
            Days = [.. dates.Select((date, day) => new PlanDay(date, from, until,
                StartPoint: day == 0 ? places.Length : home, EndPoint: day == last ? places.Length + 2 : home,
                    weather))],
            Travel = TravelTable.FromCoordinates(points, new TravelRules()),
        };
    }

    public static int Place(this PlanProblem problem, string id) =>
        Array.FindIndex(problem.Places, place => place.Id == id);

    /// <summary>A town of random places with random doors, some in two shifts, some closed, some ticketed by
    /// slot.</summary>
    public static PlanProblem Town(ulong seed, int places, int days)
    {
        var random = new Random((int)(seed % int.MaxValue));
        string[] categories = ["museum", "gallery", "kiln-heritage", "food-street", "night-market", "nature"];
        string[] themes = ["tea", "history", "family", "hands-on", "food", "night-economy"];
        var points = Enumerable.Range(0, places + 2)
            .Select(_ => (29.25 + (random.NextDouble() * 0.1), 117.15 + (random.NextDouble() * 0.12))).ToArray();
        PlanPlace Place(int index) => new()
        {
            Id = $"place-{index}",
            Category = categories[random.Next(categories.Length)],
            County = random.Next(4) == 0 ? "Fuliang" : "Zhushan",
            Themes = [.. themes.Where(_ => random.Next(3) == 0)],
            VisitMinutes = random.Next(20, 150),
            Shelter = (Shelter)random.Next(3),
            Wheelchair = random.Next(3) switch { 0 => true, 1 => false, _ => null },
            Evening = random.Next(3) == 0,
            ServesMeals = random.Next(5) == 0,
            FareFen = random.Next(3) == 0 ? random.Next(10, 100) * 100 : 0,
            TicketGroup = random.Next(6) == 0 ? 0 : -1,
            PartOf = index > 0 && random.Next(8) == 0 ? random.Next(index) : -1,
            RequiresTicketOf = index > 0 && random.Next(10) == 0 ? random.Next(index) : -1,
            Quality = 0.7 + (random.NextDouble() * 0.6),
            Crowding = [.. Enumerable.Range(0, days).Select(_ => random.NextDouble())],
            Open = [.. Enumerable.Range(0, days).Select(_ => Doors(random))],
        };
        var wishes = new PlanWishes
        {
            Interests = themes.ToDictionary(theme => theme, _ => random.NextDouble()),
            MustSee = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(places)).Distinct()],
            Avoid = [.. Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(places)).Distinct()],
            BudgetFen = random.Next(2) == 0 ? random.Next(0, 40_000) : null,
            WalkLimitMeters = random.Next(3) == 0 ? random.Next(500, 9_000) : null,
            Pace = (Pace)random.Next(3),
            Transport = (Transport)random.Next(4),
            Breaks = random.Next(3) switch
            {
                0 => [],
                1 => [PlanWishes.Lunch],
                _ => [PlanWishes.Lunch, PlanWishes.Rest, PlanWishes.Dinner],
            },
            EveningProgramme = random.Next(2) == 0,
            Themes = random.Next(3) == 0 ? ["tea"] : [],
            Counties = random.Next(3) == 0 ? ["Fuliang"] : [],
            BookableOnly = random.Next(2) == 0,
            LeaveBy = random.Next(4) == 0 ? Tuesday.AddDays(days - 1).ToDateTime(new TimeOnly(random.Next(10, 20), 30))
                : null,
        };
        return new PlanProblem
        {
            Places = [.. Enumerable.Range(0, places).Select(Place)],
            Days = [.. Enumerable.Range(0, days).Select(day => new PlanDay(Tuesday.AddDays(day),
                random.Next(7, 13) * 60, random.Next(14, 23) * 60, places, places + random.Next(2),
                    (Weather)random.Next(2)))],
            Travel = TravelTable.FromCoordinates(points, new TravelRules()),
            Party = new Party(random.Next(1, 4), random.Next(3), random.Next(3), random.Next(5) == 0 ? 1 : 0),
            Wishes = wishes,
        };
    }

    private static OpenWindow[] Doors(Random random)
    {
        var opens = random.Next(7, 12) * 60;
        return random.Next(6) switch
        {
            0 => [],
            1 => [new(opens, 12 * 60, 11 * 60), new(14 * 60, 18 * 60, 17 * 60)],
            2 => [.. Enumerable.Range(0, 5)
                .Select(slot => new OpenWindow(opens + (slot * 120), opens + (slot * 120) + 180,
                opens + (slot * 120) + 30, $"slot-{slot}", random.Next(6)))],
            3 => [new(18 * 60, 23 * 60, 22 * 60)],
            _ => [new(opens, 22 * 60, 21 * 60)],
        };
    }

    private static OpenWindow[] Windows(JsonElement row, DateOnly date)
    {
        string[] names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
        return [.. row.GetProperty("opening").GetProperty(names[(int)date.DayOfWeek]).EnumerateArray()
            .Select(text => text.GetString()!.Split('-').Select(Minutes).ToArray())
            .Select(ends => new OpenWindow(ends[0], ends[1], ends[1]))];
    }

    private static int Minutes(string clock) =>
        (int.Parse(clock[..2], System.Globalization.CultureInfo.InvariantCulture) * 60)
        + int.Parse(clock[3..], System.Globalization.CultureInfo.InvariantCulture);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Jingdezhen.Tourism.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
