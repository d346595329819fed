using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Metrics.Indicators;

public sealed record IndicatorDetailResponse(IndicatorResponse Indicator, IReadOnlyList<PartResponse> Parts);

internal static class ReadIndicator
{
    private const int MostParts = 5000;
    private const int MostTop = 100;

    public static async Task<Results<
        Ok<IndicatorDetailResponse>, FileContentHttpResult, NotFound, ProblemHttpResult>> Handle(
        string id, DateOnly from, DateOnly to, string? by, string? key, int? top, string? format,
        DateOnly? baselineFrom, DateOnly? baselineTo, IndicatorReader reader, CancellationToken cancellation)
    {
        if (IndicatorCatalogue.Find(id) is not { } indicator) return TypedResults.NotFound();

        var period = new Period(from, to);
        if (period.Fault is { } fault) return Problems.Invalid("to", fault);
        var baseline = baselineFrom is { } since && baselineTo is { } until ? new Period(since, until) : null;
        if (baseline?.Fault is { } baselineFault) return Problems.Invalid("baselineTo", baselineFault);
        var parsed = Breakdown.Parse(by, indicator);
        if (parsed.IsRefused) return Problems.Invalid("by", parsed.Refusal.Reason);
        if (top is < 1 or > MostTop) return Problems.Invalid("top", $"From 1 to {MostTop}.");
        if (format is not (null or "json" or "csv" or "xlsx")) return Problems.Invalid("format", "json, csv or xlsx.");

        var compared = await Compared.ReadAsync(reader, [indicator], period, baseline, cancellation);
        var response = compared.Of(indicator);
        var parts = parsed.Value.IsNone ? []
            : await reader.TellAsync(indicator, period, parsed.Value, cancellation, key, top);
        if (top is { } most) parts = Largest(parts, most);
        if (parts.Count > MostParts)
        {
            return Problems.Invalid("by",
                $"That would be {parts.Count} parts; {MostParts} are the most. Ask for less.");
        }

        var detail = new IndicatorDetailResponse(response, parts);
        return format switch
        {
            "csv" => Table.Of(detail).AsCsv($"{id}.csv"),
            "xlsx" => Table.Of(detail).AsWorkbook($"{id}.xlsx"),
            _ => TypedResults.Ok(detail),
        };
    }

    /// <summary>Of every stretch of time the parts of the largest values, the largest first.</summary>
    private static List<PartResponse> Largest(IReadOnlyList<PartResponse> parts, int most) =>
    [
        .. parts.Where(part => part.Value is not null).GroupBy(part => part.Start)
            .SelectMany(stretch => stretch.OrderByDescending(part => part.Value).Take(most)),
    ];
}
