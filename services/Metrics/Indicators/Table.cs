using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using MiniExcelLibs;

namespace Jingdezhen.Tourism.Metrics.Indicators;

/// <summary>An indicator as rows, for a spreadsheet.</summary>
internal sealed record Table(IReadOnlyList<string> Header, IReadOnlyList<object?[]> Rows)
{
    private static readonly string[] Columns =
        ["indicator", "start", "key", "value", "numerator", "denominator", "n", "low", "high", "unit", "simulated"];

    public static Table Of(IReadOnlyList<IndicatorResponse> figures) => new(Columns, [.. figures.Select(Whole)]);

    public static Table Of(IndicatorDetailResponse detail) => new(
        Columns,
        [
            Whole(detail.Indicator),
            .. detail.Parts.Select(part => Row(
                detail.Indicator, part.Start, part.Key, part.Value, part.Numerator, part.Denominator, part.N,
                part.Interval)),
        ]);

    private static object?[] Whole(IndicatorResponse whole) => Row(
        whole, whole.Period.From, "", whole.Value, whole.Numerator, whole.Denominator, whole.N, whole.Interval);

    private static object?[] Row(
        IndicatorResponse of, DateOnly start, string key, double? value, long? numerator, long? denominator, long? n,
        Interval? interval) =>
        [of.Id, start, key, value, numerator, denominator, n, interval?.Low, interval?.High, of.Unit, of.Simulated];

    /// <summary>RFC 4180, UTF-8 with a byte order mark, without which spreadsheets misread Chinese.</summary>
    public FileContentHttpResult AsCsv(string name)
    {
        var text = new StringBuilder("\uFEFF");
        foreach (var row in Rows.Prepend([.. Header])) text.AppendJoin(',', row.Select(Field)).Append("\r\n");
        return TypedResults.File(Encoding.UTF8.GetBytes(text.ToString()), "text/csv; charset=utf-8", name);
    }

    public FileContentHttpResult AsWorkbook(string name)
    {
        using var bytes = new MemoryStream();
        bytes.SaveAs(Rows.Select(row => Header.Zip(row).ToDictionary(cell => cell.First, cell => cell.Second)));
        return TypedResults.File(
            bytes.ToArray(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name);
    }

    private static string Field(object? value)
    {
        var text = Text(value);

        // A formula in a cell is run by the spreadsheet that opens the file; sources and campaigns come from outside.
        if (value is string && text.Length > 0 && text[0] is '=' or '+' or '-' or '@') text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text
            : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        DateOnly day => day.ToString("O", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
