using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Jingdezhen.Tourism.Metrics.Imports;

/// <summary>Reads rows one by one, however large the file: CSV as RFC 4180 has it (a header first), or JSON
/// lines.</summary>
internal static class RowReader
{
    public static async IAsyncEnumerable<IReadOnlyDictionary<string, string>> ReadAsync(
        TextReader text, bool json, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string[]? header = null;
        while (await text.ReadLineAsync(cancellation) is { } line)
        {
            if (line.Length == 0) continue;
            if (json)
            {
                yield return Fields(line);
                continue;
            }

            // A quoted field may go on in the next line.
            while (line.Count(letter => letter == '"') % 2 == 1
                && await text.ReadLineAsync(cancellation) is { } more) line += "\n" + more;

            var cells = Split(line);
            if (header is null) header = [.. cells.Select(cell => cell.Trim().TrimStart('\uFEFF'))];
            else yield return header.Zip(cells).DistinctBy(cell => cell.First)
                .ToDictionary(cell => cell.First, cell => cell.Second);
        }
    }

    private static Dictionary<string, string> Fields(string line)
    {
        try
        {
            using var parsed = JsonDocument.Parse(line);
            return parsed.RootElement.ValueKind != JsonValueKind.Object ? []
                : parsed.RootElement.EnumerateObject().DistinctBy(field => field.Name)
                    .ToDictionary(field => field.Name, field => field.Value.ToString());
        }
        catch (JsonException)
        {
            // A row without fields lacks the required ones, and is reported as such.
            return [];
        }
    }

    private static List<string> Split(string line)
    {
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
        return cells;
    }
}
