using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Jingdezhen.Tourism.Homestays.Listings;

/// <summary>
/// One room with all that is said of its house; the rows of a house repeat it. CSV has these names in its first line in
/// kebab-case, lists divided by |; JSON is an array of such objects in camelCase.
/// </summary>
/// <param name="ListingKey">The importer's own name of the house: importing it again changes it and adds no
/// second.</param>
/// <param name="MerchantId">The host's merchant in Identity; only demonstration rows may leave it out.</param>
/// <param name="WeekendPercent">On Fridays and Saturdays, of the base.</param>
public sealed record ImportRow(
    string? ListingKey, string? HouseholdKey, string? HouseholdName, string? HostName, Guid? MerchantId,
    bool? Demonstration,
    string? NameZh, string? NameEn, string? District, string? Village, string? Address, string? LicenceNumber,
    double? Latitude,
    double? Longitude, bool? ResidentRun, string[]? Amenities, string[]? Accessibility, string[]? Languages,
    string[]? Photos,
    string? HouseRules, bool? InstantBook, int? FreeCancelDays, int? HolidayFreeCancelDays, int? LateRefundPercent,
    string? RoomName, string? RoomKind, int? MaxAdults, int? MaxChildren, long? BaseFen, int? WeekendPercent,
    int? HolidayPercent,
    int? WeekPercentOff, int? MinNights, int? MaxNights)
{
    private static readonly (string Name, PropertyInfo Property)[] Columns =
        [.. typeof(ImportRow).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => (Kebab(property.Name), property))];

    internal ListingRequest Listing() => new(
        NameZh!, NameEn!, District!, string.IsNullOrWhiteSpace(Village) ? null : Village, Address!, LicenceNumber!,
        Latitude ?? 0,
        Longitude ?? 0, ResidentRun ?? false, Amenities, Accessibility, Languages, Photos, HouseRules, InstantBook
            ?? true,
        FreeCancelDays ?? 7, HolidayFreeCancelDays ?? 15, LateRefundPercent ?? 50);

    internal RoomRequest Room() => new(
        RoomName!, RoomKind!, MaxAdults ?? 0, MaxChildren ?? 0,
        new(BaseFen ?? 0, WeekendPercent is { } weekend ? [100, 100, 100, 100, weekend, weekend, 100] : null, null,
            HolidayPercent ?? 100, WeekPercentOff is > 0 and { } off ? [new(7, off)] : null),
        MinNights ?? 1, MaxNights ?? 30);

    /// <summary>Every fault of the row by its own rules: those of a host's form.</summary>
    internal IEnumerable<(string Field, string Because)> Faults()
    {
        if (ListingKey is not { Length: > 0 and <= 80 } || ListingKey.Any(char.IsControl)) yield return ("listingKey",
            "1 to 80 characters.");
        if (Demonstration != true && MerchantId is null) yield return ("merchantId",
            "A real house needs its host's merchant id.");
        if (new PlainTextAttribute(80).IsValid(HouseholdName) is false) yield return ("householdName",
            "At most 80 characters.");
        if (new PlainTextAttribute(80).IsValid(HostName) is false) yield return ("hostName", "At most 80 characters.");
        if (new PlainTextAttribute(80).IsValid(HouseholdKey) is false) yield return ("householdKey",
            "At most 80 characters.");
        foreach (var fault in ByAttributes(Listing())) yield return fault;
        foreach (var (field, because) in ByAttributes(Room()))
        {
            yield return (field switch { "name" => "roomName", "kind" => "roomKind", _ => field }, because);
        }

        if (Listing().Fault() is { } ofListing) yield return ofListing;
        if (Room().Fault() is { } ofRoom) yield return (ofRoom.Field == "prices" ? "baseFen" : ofRoom.Field,
            ofRoom.Because);
    }

    /// <summary>Rows of a CSV file (RFC 4180); what cannot be read is a fault of its row.</summary>
    internal static (List<ImportRow?> Rows, List<RowFault> Faults) OfCsv(string text)
    {
        var (rows, faults) = (new List<ImportRow?>(), new List<RowFault>());
        var lines = Records(text);
        if (lines.Count == 0) return (rows, [new(1, "", "The file is empty.")]);

        var header = lines[0].Select(name => Array.Find(Columns, column => column.Name == name.Trim()
            .TrimStart('\uFEFF'))).ToArray();
        for (var i = 0; i < header.Length; i++)
        {
            if (header[i].Property is null) faults.Add(new(1, lines[0][i],
                $"No such column; there are {string.Join(", ", Columns.Select(c => c.Name))}."));
        }

        if (faults.Count > 0) return (rows, faults);

        var parameters = typeof(ImportRow).GetConstructors().Single(made => made.GetParameters().Length > 1);
        for (var line = 1; line < lines.Count; line++)
        {
            var values = new Dictionary<string, object?>();
            for (var column = 0; column < header.Length && column < lines[line].Count; column++)
            {
                var property = header[column].Property;
                if (TryRead(lines[line][column], property.PropertyType, out var value)) values[property.Name] = value;
                else faults.Add(new(line + 1, header[column].Name,
                    $"'{Short(lines[line][column])}' is no {NameOf(property.PropertyType)}."));
            }

            if (lines[line].Count != header.Length)
                faults.Add(new(line + 1, "", $"{lines[line].Count} cells, the first line has {header.Length}."));
            rows.Add((ImportRow)parameters.Invoke([.. parameters.GetParameters()
                .Select(p => values.GetValueOrDefault(p.Name!))]));
        }

        return (rows, faults);
    }

    internal static string ToCsv(IEnumerable<ImportRow> rows)
    {
        var csv = new StringBuilder().AppendJoin(',', Columns.Select(column => column.Name)).Append("\r\n");
        foreach (var row in rows)
        {
            csv.AppendJoin(',', Columns.Select(column => Quoted(column.Property.GetValue(row)))).Append("\r\n");
        }

        return csv.ToString();
    }

    private static string Quoted(object? value)
    {
        var text = value switch
        {
            null => "",
            string[] many => string.Join('|', many),
            bool flag => flag ? "true" : "false",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text
            : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static bool TryRead(string cell, Type type, out object? value)
    {
        value = null;
        if (cell.Length == 0) return true;

        var wanted = Nullable.GetUnderlyingType(type) ?? type;
        var culture = CultureInfo.InvariantCulture;
        value = wanted == typeof(string) ? cell
            : wanted == typeof(string[]) ? cell.Split('|',
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : wanted == typeof(bool) ? (bool.TryParse(cell, out var flag) ? flag : null)
            : wanted == typeof(Guid) ? (Guid.TryParse(cell, out var id) ? id : null)
            : wanted == typeof(double) ? (double.TryParse(cell, NumberStyles.Float, culture, out var real)
                && double.IsFinite(real) ? real : null)
            : wanted == typeof(long) ? (long.TryParse(cell, NumberStyles.Integer, culture, out var large) ? large
                : null)
            : (object?)(int.TryParse(cell, NumberStyles.Integer, culture, out var number) ? number : null);
        return value is not null;
    }

    private static List<List<string>> Records(string text)
    {
        var (records, record, cell, quoted) = (new List<List<string>>(), new List<string>(), new StringBuilder(),
            false);
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (quoted)
            {
                if (letter != '"') cell.Append(letter);
                else if (i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[++i]);
                else quoted = false;
            }
            else if (letter == '"') quoted = true;
            else if (letter == ',') Finish();
            else if (letter == '\n') FinishRecord();
            else if (letter != '\r') cell.Append(letter);
        }

        if (cell.Length > 0 || record.Count > 0) FinishRecord();
        return records;

        void Finish()
        {
            record.Add(cell.ToString());
            cell.Clear();
        }

        void FinishRecord()
        {
            Finish();
            if (record is not [""]) records.Add(record);
            record = [];
        }
    }

    // Validator looks at properties; a positional record carries its attributes on the parameters.
    private static IEnumerable<(string, string)> ByAttributes(object request)
    {
        foreach (var parameter in request.GetType().GetConstructors().Single(made => made.GetParameters().Length > 1)
            .GetParameters())
        {
            var value = request.GetType().GetProperty(parameter.Name!)!.GetValue(request);
            var field = char.ToLowerInvariant(parameter.Name![0]) + parameter.Name[1..];
            foreach (var rule in parameter.GetCustomAttributes<ValidationAttribute>()
                .Where(rule => !rule.IsValid(value)))
            {
                yield return (field, rule.FormatErrorMessage(field));
            }
        }
    }

    private static string NameOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type).Name switch
    {
        "Boolean" => "true or false", "Guid" => "UUID", "Double" => "number", _ => "whole number",
    };

    private static string Short(string cell) => cell.Length > 40 ? cell[..40] : cell;

    private static string Kebab(string name) => string.Concat(name.Select((letter, i) =>
        char.IsUpper(letter) && i > 0 ? "-" + char.ToLowerInvariant(letter) : char.ToLowerInvariant(letter)
            .ToString()));
}

/// <param name="Row">As an editor counts: the first line of a CSV file is 1; of JSON, the first object.</param>
public sealed record RowFault(int Row, string Field, string Reason);
