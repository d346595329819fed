namespace Jingdezhen.Tourism.Bookings.Imports;

/// <summary>An option with what the assumptions add to it, and the names of what was assumed.</summary>
internal sealed record CompleteOption(
    int? Capacity, long? PriceFen, IReadOnlyList<(UnitRow Row, long? PriceFen)> Units,
    IReadOnlyList<(int[] Weekdays, TimeOnly[] Starts, int Minutes)> Schedules, IReadOnlyList<string> Assumed)
{
    public static CompleteOption Of(ProductRow product, OptionRow option, ImportCatalogueRequest files)
    {
        var assumptions = files.Assumptions.Where(row => row.Product == product.Code && row.Option == option.Code)
            .ToList();
        var assumed = new List<string>();
        var units = option.Units!.Select(unit => (unit, Either(
            unit.PriceFen, assumptions.Find(row => row.Unit == unit.Type && row.PriceFen is not null)?.PriceFen,
            $"{option.Code}.{unit.Type}.priceFen"))).ToList();
        var timed = assumptions.Find(row => row.StartTimes is not null);
        var starts = EitherOf(option.StartTimes, timed?.StartTimes, $"{option.Code}.startTimes");
        var minutes = Either(option.DurationMinutes,
            assumptions.Find(row => row.DurationMinutes is not null)?.DurationMinutes,
            $"{option.Code}.durationMinutes");
        var place = files.Places.Single(place => place.Id == product.Venue);
        return new(
            (int?)Either(option.Capacity, assumptions.Find(row => row.Capacity is not null)?.Capacity,
                $"{option.Code}.capacity"),
            Either(option.PriceFen, assumptions.Find(row => row.Unit is null && row.PriceFen is not null)?.PriceFen,
                $"{option.Code}.priceFen"),
            units, SchedulesOf(product, place, starts, option.Weekdays ?? timed?.Weekdays, (int?)minutes), assumed);

        long? Either(long? given, long? otherwise, string name)
        {
            if (given is null && otherwise is not null) assumed.Add(name);
            return given ?? otherwise;
        }

        string[]? EitherOf(string[]? given, string[]? otherwise, string name)
        {
            if (given is null && otherwise is not null) assumed.Add(name);
            return given ?? otherwise;
        }
    }

    private static List<(int[], TimeOnly[], int)> SchedulesOf(
        ProductRow product, PlaceRow place, string[]? starts, string[]? weekdays, int? minutes)
    {
        var open = (place.Opening ?? new Dictionary<string, string[]>()).Where(day => day.Value.Length > 0)
            .Where(day => weekdays is null || weekdays.Contains(day.Key)).ToList();
        if (product.AvailabilityType == "OPENING_HOURS")
        {
            // Days with the same hours share a schedule; a day pass covers the day from its first opening to its last.
            return open.GroupBy(day =>
                {
                    var windows = day.Value.Select(window => CatalogueCheck.Window(window)!.Value).ToList();
                    var from = windows.Min(window => window.From);
                    return (from, windows.Max(window => (int)(window.From - from).TotalMinutes + window.Minutes));
                })
                .Select(group =>
                    (group.Select(day => WeekdayOf(day.Key)).ToArray(), new[] { group.Key.from }, group.Key.Item2))
                    .ToList();
        }

        if (starts is not { Length: > 0 } || minutes is null) return [];

        var days = weekdays ?? open.Select(day => day.Key).ToArray();
        return days.Length == 0 ? []
            : [(days.Select(WeekdayOf).ToArray(), starts.Select(start => CatalogueCheck.Time(start)!.Value).ToArray(),
            minutes.Value)];
    }

    private static int WeekdayOf(string day) => Array.IndexOf(CatalogueCheck.Weekdays, day);
}
