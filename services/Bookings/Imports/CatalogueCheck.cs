using System.Globalization;

namespace Jingdezhen.Tourism.Bookings.Imports;

/// <summary>Everything that can be wrong with catalogue files, row by row, before anything is written.</summary>
internal sealed class CatalogueCheck(ImportCatalogueRequest files)
{
    public static readonly string[] Weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    private static readonly string[] UnitTypes =
        ["ADULT", "YOUTH", "CHILD", "INFANT", "FAMILY", "SENIOR", "STUDENT", "MILITARY", "OTHER"];

    private const int MostBadRows = 100;
    private readonly List<BadRow> _bad = [];

    public IReadOnlyList<BadRow> Run()
    {
        Rows("places.json", files.Places, Place);
        Rows("suppliers.json", files.Suppliers, Supplier);
        Rows("products.json", files.Products, Product);
        Rows("assumed.json", files.Assumptions, Assumption);
        Twice("places.json", files.Places, place => place.Id);
        Twice("suppliers.json", files.Suppliers, supplier => supplier.Id?.ToString());
        Twice("products.json", files.Products, product => $"{product.Supplier}/{product.Code}");
        if (_bad.Count == 0) Rows("products.json", files.Products, Complete);
        return _bad.Take(MostBadRows).ToList();
    }

    public static TimeOnly? Time(string text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time
            : null;

    private void Rows<T>(string file, IReadOnlyList<T> rows, Func<T, IEnumerable<string>> check)
    {
        for (var i = 0; i < rows.Count; i++) _bad.AddRange(
            check(rows[i]).Select(reason => new BadRow(file, i + 1, reason)));
    }

    private void Twice<T>(string file, IReadOnlyList<T> rows, Func<T, string?> key)
    {
        var seen = new HashSet<string?>();
        for (var i = 0; i < rows.Count; i++)
        {
            if (!seen.Add(key(rows[i]))) _bad.Add(new(file, i + 1, $"{key(rows[i])} stands in the file twice."));
        }
    }

    private static IEnumerable<string> Place(PlaceRow place)
    {
        if (string.IsNullOrWhiteSpace(place.Id)) yield return "id is missing.";
        if (string.IsNullOrWhiteSpace(place.District)) yield return "district is missing.";
        if (place.Lat is not (> -90 and < 90) || place.Lon is not (> -180 and <= 180))
        {
            yield return "lat and lon must be WGS-84 degrees.";
        }

        foreach (var (day, windows) in place.Opening ?? new Dictionary<string, string[]>())
        {
            if (!Weekdays.Contains(day)) yield return $"opening.{day} is no weekday (mon … sun).";
            foreach (var window in windows.Where(window => Window(window) is null))
            {
                yield return $"opening.{day}: '{window}' is not HH:mm-HH:mm.";
            }
        }
    }

    /// <summary>An opening window; 24:00 is the end of the day.</summary>
    public static (TimeOnly From, int Minutes)? Window(string text)
    {
        var parts = text.Split('-');
        if (parts.Length != 2 || Time(parts[0]) is not { } from) return null;
        if (parts[1] == "24:00") return (from, (24 * 60) - (from.Hour * 60) - from.Minute);
        if (Time(parts[1]) is not { } to) return null;

        // A window that ends after midnight belongs to the day on which it begins.
        var minutes = (int)(to - from).TotalMinutes;
        return minutes > 0 ? (from, minutes) : null;
    }

    private static IEnumerable<string> Supplier(SupplierRow supplier)
    {
        if (supplier.Id is null) yield return "id is missing.";
        if (string.IsNullOrWhiteSpace(supplier.NameZh) || string.IsNullOrWhiteSpace(supplier.NameEn))
        {
            yield return "nameZh and nameEn are needed.";
        }

        if (string.IsNullOrWhiteSpace(supplier.County)) yield return "county is missing.";
    }

    private IEnumerable<string> Product(ProductRow product)
    {
        if (string.IsNullOrWhiteSpace(product.Code)) yield return "code is missing.";
        if (!files.Suppliers.Any(supplier => supplier.Id == product.Supplier))
        {
            yield return $"supplier {product.Supplier} is unknown.";
        }

        if (!files.Places.Any(place => place.Id == product.Venue)) yield return $"venue {product.Venue} is no place.";
        if (string.IsNullOrWhiteSpace(product.Kind)) yield return "kind is missing.";
        if (string.IsNullOrWhiteSpace(product.NameZh) || string.IsNullOrWhiteSpace(product.NameEn))
        {
            yield return "nameZh and nameEn are needed.";
        }

        if (product.AvailabilityType is not ("START_TIME" or "OPENING_HOURS"))
        {
            yield return "availabilityType must be START_TIME or OPENING_HOURS.";
        }

        if (product.PricedPer is not ("UNIT" or "BOOKING")) yield return "pricedPer must be UNIT or BOOKING.";
        if (product.RefundTiers?.Any(tier => tier.Percent is < 0 or > 100 || tier.HoursBefore < 0) == true)
        {
            yield return "refundTiers need hoursBefore of at least 0 and a percent from 0 to 100.";
        }

        if (product.Options is not { Count: > 0 }) yield return "A product needs an option.";
        foreach (var reason in (product.Options ?? []).SelectMany(Option)) yield return reason;
    }

    private static IEnumerable<string> Option(OptionRow option)
    {
        var name = $"option {option.Code}";
        if (string.IsNullOrWhiteSpace(option.Code)) yield return "An option's code is missing.";
        if (option.Units is not { Count: > 0 }) yield return $"{name}: units are missing.";
        if (option.MinUnits < 1 || option.MaxUnits < option.MinUnits) yield return $"{name}: 1 ≤ minUnits ≤ maxUnits.";
        if (option.CutoffMinutes < 0) yield return $"{name}: cutoffMinutes is negative.";
        foreach (var reason in Times(name, option.StartTimes, option.Weekdays, option.DurationMinutes, option.Capacity))
        {
            yield return reason;
        }

        foreach (var unit in option.Units ?? [])
        {
            if (!UnitTypes.Contains(unit.Type)) yield return $"{name}: '{unit.Type}' is no unit type.";
            if (unit.PaxCount is < 0 or > 100) yield return $"{name} {unit.Type}: paxCount from 0 to 100.";
            if (unit.MinAge < 0 || unit.MaxAge < unit.MinAge) yield return $"{name} {unit.Type}: 0 ≤ minAge ≤ maxAge.";
            if (unit.PriceFen is < 0 or > 100_000_000)
            {
                yield return $"{name} {unit.Type}: priceFen from 0 to 100000000.";
            }

            foreach (var type in unit.AccompaniedBy ?? [])
            {
                if (!UnitTypes.Contains(type))
                {
                    yield return $"{name} {unit.Type}: accompaniedBy '{type}' is no unit type.";
                }
            }
        }
    }

    private static IEnumerable<string> Times(
        string name, string[]? starts, string[]? weekdays, int? minutes, int? capacity)
    {
        foreach (var start in starts ?? [])
        {
            if (Time(start) is null) yield return $"{name}: start '{start}' is not HH:mm.";
        }

        foreach (var day in weekdays ?? [])
        {
            if (!Weekdays.Contains(day)) yield return $"{name}: '{day}' is no weekday (mon … sun).";
        }

        if (minutes is < 5 or > 24 * 60) yield return $"{name}: durationMinutes from 5 to 1440.";
        if (capacity is < 1 or > 100_000) yield return $"{name}: capacity from 1 to 100000.";
    }

    private IEnumerable<string> Assumption(AssumptionRow row)
    {
        if (row.Venue is not null)
        {
            if (!files.Places.Any(place => place.Id == row.Venue)) yield return $"venue {row.Venue} is no place.";
            if (row.DailyCapacity is not (> 0 and <= 1_000_000)) yield return "dailyCapacity from 1 to 1000000.";
            yield break;
        }

        var option = files.Products.FirstOrDefault(
            product => product.Code == row.Product)?.Options?.FirstOrDefault(o => o.Code == row.Option);
        if (option is null) yield return $"There is no option {row.Option} of a product {row.Product}.";
        else if (row.Unit is not null
            && option.Units?.Any(
            unit => unit.Type == row.Unit) != true) yield return $"The option has no unit {row.Unit}.";
        if (row.PriceFen is < 0 or > 100_000_000) yield return "priceFen from 0 to 100000000.";
        foreach (var reason in Times("assumption", row.StartTimes, row.Weekdays, row.DurationMinutes, row.Capacity))
        {
            yield return reason;
        }
    }

    /// <summary>Whether source and assumptions together give everything that a sale needs.</summary>
    private IEnumerable<string> Complete(ProductRow row)
    {
        foreach (var option in row.Options!)
        {
            var full = CompleteOption.Of(row, option, files);
            if (full.Capacity is null)
            {
                yield return $"option {option.Code}: nobody gives a capacity, and none is assumed.";
            }

            if (full.Schedules.Count == 0)
            {
                yield return
                    $"option {option.Code}: neither start times nor opening hours, so there is nothing to sell.";
            }
            if (row.PricedPer == "BOOKING" && full.PriceFen is null)
            {
                yield return $"option {option.Code}: no price a booking, and none is assumed.";
            }

            foreach (var unit in full.Units.Where(unit => row.PricedPer == "UNIT" && unit.PriceFen is null))
            {
                yield return $"option {option.Code}: no fare for {unit.Row.Type}, and none is assumed.";
            }
        }
    }
}
