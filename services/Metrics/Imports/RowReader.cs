using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Jingdezhen.Tourism.Metrics.Imports;

/// <summary>Reads rows one by one, however large the file: CSV as RFC 4180 has it (a header first), or JSON
/// lines.</summary>
internal static class RowReader
{
    public static async IAsyncEnumerable<ImportRow> ReadAsync(
        TextReader text, bool json, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Dictionary<string, int>? header = null;
        while (await text.ReadLineAsync(cancellation) is { } line)
        {
            if (line.Length == 0) continue;
            if (json)
            {
                yield return FieldsOf(line);
                continue;
            }

            // A quoted field may go on in the next line.
            while (line.AsSpan().Count('"') % 2 == 1
                && await text.ReadLineAsync(cancellation) is { } more) line += "\n" + more;

            var cells = Split(line);
            if (header is null) header = Index(cells.Select(cell => cell.Trim().TrimStart('\uFEFF')));
            else yield return new(header, cells);
        }
    }

    /// <summary>Where each column stands; the first of two of one name counts.</summary>
    private static Dictionary<string, int> Index(IEnumerable<string> columns) => columns.Index()
        .DistinctBy(column => column.Item).ToDictionary(column => column.Item, column => column.Index);

    private static ImportRow FieldsOf(string line)
    {
        try
        {
            using var parsed = JsonDocument.Parse(line);
            if (parsed.RootElement.ValueKind == JsonValueKind.Object)
            {
                var fields = parsed.RootElement.EnumerateObject().ToList();
                return new(
                    Index(fields.Select(field => field.Name)),
                    [.. fields.Select(field => field.Value.ToString())]);
            }
        }
        catch (JsonException)
        {
            // A row without fields lacks the required ones, and is reported as such.
        }

        return new([], []);
    }

    private static string[] Split(string line)
    {
        if (!line.Contains('"', StringComparison.Ordinal)) return line.Split(',');

        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var index = 0; index < line.Length; index++)
        {
            var letter = line[index];
            if (letter == '"' && quoted && index + 1 < line.Length
                && line[index + 1] == '"') cell.Append(line[++index]);
            else if (letter == '"') quoted = !quoted;
            else if (letter == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(letter);
            }
        }

        cells.Add(cell.ToString());
        return [.. cells];
    }
}
