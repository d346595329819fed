using System.Buffers;
using System.Globalization;

namespace Jingdezhen.Tourism.Metrics.Imports;

/// <summary>One row by its columns' names; every reading notes what is wrong instead of stopping at it.</summary>
/// <param name="columns">Where each column stands.</param>
/// <param name="cells">The row, perhaps shorter than the header.</param>
internal sealed class ImportRow(Dictionary<string, int> columns, string[] cells)
{
    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl)]);

    private const int LongestText = 200;
    private const long MostPeople = 1_000_000;
    private const long MostFen = 1_000_000_000_000;

    public List<string> Faults { get; } = [];

    private string? CellOf(string column) =>
        columns.TryGetValue(column, out var index) && index < cells.Length ? cells[index] : null;

    public string? Text(string column, bool required = false)
    {
        var text = CellOf(column)?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            if (required) Faults.Add($"{column} is missing");
            return null;
        }

        if (text.Length > LongestText
            || text.AsSpan().ContainsAny(Controls)) Faults.Add($"{column} is too long or has control characters");
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
        if (DateOnly.TryParseExact(CellOf(column), "yyyy-MM-dd", CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var day)
            && day.Year is >= 2000 and < 2100) return day;

        Faults.Add($"{column} must be a day like 2025-10-01");
        return DateOnly.MinValue;
    }

    private long Whole(string column, long most)
    {
        if (long.TryParse(CellOf(column) is { Length: > 0 } text ? text : "0", NumberStyles.None,
            CultureInfo.InvariantCulture, out var value)
            && value <= most) return value;

        Faults.Add($"{column} must be a whole number from 0 to {most}");
        return 0;
    }
}
