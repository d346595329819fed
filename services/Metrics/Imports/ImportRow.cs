using System.Globalization;

namespace Jingdezhen.Tourism.Metrics.Imports;

/// <summary>One row by its columns' names; every reading notes what is wrong instead of stopping at it.</summary>
internal sealed class ImportRow(IReadOnlyDictionary<string, string> cells)
{
    private const int LongestText = 200;
    private const long MostPeople = 1_000_000;
    private const long MostFen = 1_000_000_000_000;

    public List<string> Faults { get; } = [];

    public string? Text(string column, bool required = false)
    {
        var text = cells.GetValueOrDefault(column)?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            if (required) Faults.Add($"{column} is missing");
            return null;
        }

        if (text.Length > LongestText
            || text.Any(char.IsControl)) Faults.Add($"{column} is too long or has control characters");
        return text;
    }

    public string OneOf(string column, params string[] allowed)
    {
        var text = Text(column, required: true);
        if (text is not null
            && !allowed.Contains(text)) Faults.Add($"{column} must be one of {string.Join(", ", allowed)}");
        return text ?? "";
    }

    public int People(string column) => (int)Whole(column, MostPeople);

    public long Fen(string column) => Whole(column, MostFen);

    public DateOnly Day(string column)
    {
        if (DateOnly.TryParseExact(cells.GetValueOrDefault(column), "yyyy-MM-dd", CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var day)
            && day.Year is >= 2000 and < 2100) return day;

        Faults.Add($"{column} must be a day like 2025-10-01");
        return DateOnly.MinValue;
    }

    private long Whole(string column, long most)
    {
        if (long.TryParse(cells.GetValueOrDefault(column) is { Length: > 0 } text ? text : "0", NumberStyles.None,
            CultureInfo.InvariantCulture, out var value)
            && value <= most) return value;

        Faults.Add($"{column} must be a whole number from 0 to {most}");
        return 0;
    }
}
