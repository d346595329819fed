using System.Globalization;
using System.Text.Json;
using Jingdezhen.Tourism.Routes.Planning;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Jingdezhen.Tourism.Routes.Travel;

/// <summary>
/// The table service of OSRM's HTTP API v1 (GET /table/v1/{profile}/{coordinates}), or anything that speaks it:
/// <c>Travel:Osrm:Walk</c>, <c>:Ebike</c> and <c>:Taxi</c> are base addresses with their profile, for example
/// <c>http://osrm-foot:5000/table/v1/foot/</c>. A mode without an address stays straight line × detour.
/// </summary>
internal sealed partial class OsrmTables(
    IHttpClientFactory clients, IConfiguration configuration, TravelRules rules, ILogger<OsrmTables> logger)
{
    public const string Client = "osrm";

    // A public OSRM takes a hundred coordinates a request: fifty sources by fifty destinations.
    private const int Block = 50;
    private const int LargestAnswer = 8 * 1024 * 1024;

    private readonly (TravelMode Mode, string? Address)[] modes =
    [
        (TravelMode.Walk, configuration["Travel:Osrm:Walk"]),
        (TravelMode.Ebike, configuration["Travel:Osrm:Ebike"]),
        (TravelMode.Taxi, configuration["Travel:Osrm:Taxi"]),
    ];

    private sealed record Answer(string Code, double?[][]? Durations, double?[][]? Distances);

    public bool IsConfigured => modes.Any(mode => mode.Address is not null);

    /// <summary>A copy of the table with what the service knows; null where it answered nothing at all.</summary>
    public async Task<TravelTable?> FillAsync(
        IReadOnlyList<TravelPoint> points, TravelTable straight, CancellationToken cancellation)
    {
        var filled = Clone(straight);
        var answered = false;
        foreach (var (mode, address) in modes.Where(mode => mode.Address is not null))
        {
            for (var from = 0; from < points.Count; from += Block)
            {
                for (var to = 0; to < points.Count; to += Block)
                {
                    answered |= await FillAsync(
                        mode, address!, [.. Enumerable.Range(from, Math.Min(Block, points.Count - from))],
                        [.. Enumerable.Range(to, Math.Min(Block, points.Count - to))], points, filled, cancellation);
                }
            }
        }

        return answered ? filled : null;
    }

    /// <summary>The ways from a point to every place and back, as tables of one row.</summary>
    public async Task<(TravelTable Out, TravelTable In)?> SpokesAsync(
        TravelPoint point, IReadOnlyList<TravelPoint> places, TravelTable straight, CancellationToken cancellation)
    {
        IReadOnlyList<TravelPoint> points = [.. places, point];
        var (filled, last, answered) = (Clone(straight), places.Count, false);
        foreach (var (mode, address) in modes.Where(mode => mode.Address is not null))
        {
            for (var to = 0; to < places.Count; to += Block)
            {
                int[] block = [.. Enumerable.Range(to, Math.Min(Block, places.Count - to))];
                answered |= await FillAsync(mode, address!, [last], block, points, filled, cancellation);
                answered |= await FillAsync(mode, address!, block, [last], points, filled, cancellation);
            }
        }

        if (!answered) return null;
        var (outward, inward) = (Empty(places.Count, filled.EbikeDayFen), Empty(places.Count, filled.EbikeDayFen));
        for (var place = 0; place < places.Count; place++)
        {
            Copy(filled, (last * filled.Points) + place, outward, place);
            Copy(filled, (place * filled.Points) + last, inward, place);
        }

        return (outward, inward);
    }

    public static int[][] Columns(TravelTable table) =>
        [table.Meters, table.WalkMinutes, table.EbikeMinutes, table.TaxiMinutes, table.TaxiFen];

    public static void Copy(TravelTable source, int from, TravelTable target, int to)
    {
        target.Meters[to] = source.Meters[from];
        target.WalkMinutes[to] = source.WalkMinutes[from];
        target.EbikeMinutes[to] = source.EbikeMinutes[from];
        target.TaxiMinutes[to] = source.TaxiMinutes[from];
        target.TaxiFen[to] = source.TaxiFen[from];
    }

    public static TravelTable Empty(int points, int ebikeDayFen) => new()
    {
        Points = points, EbikeDayFen = ebikeDayFen, Meters = new int[points * points],
            WalkMinutes = new int[points * points],
        EbikeMinutes = new int[points * points], TaxiMinutes = new int[points * points],
            TaxiFen = new int[points * points],
    };

    private static TravelTable Clone(TravelTable table)
    {
        var clone = Empty(table.Points, table.EbikeDayFen);
        foreach (var (source, target) in Columns(table).Zip(Columns(clone))) source.CopyTo(target, 0);
        return clone;
    }

    private async Task<bool> FillAsync(
        TravelMode mode, string address, int[] from, int[] to, IReadOnlyList<TravelPoint> points, TravelTable table,
        CancellationToken cancellation)
    {
        if (await AskAsync(address, from, to, points, cancellation) is not { } answer) return false;

        var minutes = mode switch
        {
            TravelMode.Walk => table.WalkMinutes,
            TravelMode.Ebike => table.EbikeMinutes,
            _ => table.TaxiMinutes,
        };
        var overhead = mode switch
        {
            TravelMode.Walk => rules.WalkOverheadMinutes,
            TravelMode.Ebike => rules.EbikeOverheadMinutes,
            _ => rules.TaxiOverheadMinutes,
        };
        for (var row = 0; row < from.Length; row++)
        {
            for (var column = 0; column < to.Length; column++)
            {
                var at = (from[row] * table.Points) + to[column];
                if (from[row] == to[column]) continue;
                var distance = answer.Distances?[row][column];
                minutes[at] = answer.Durations![row][column] is { } seconds ? (int)Math.Ceiling(seconds / 60) + overhead
                    : TravelTable.Impossible;
                if (mode == TravelMode.Ebike && distance > rules.EbikeMaxKm * 1000) minutes[at] =
                    TravelTable.Impossible;
                if (distance is not { } meters) continue;
                if (mode == TravelMode.Walk) table.Meters[at] = (int)Math.Round(meters);
                if (mode == TravelMode.Taxi)
                {
                    table.TaxiFen[at] = (int)(rules.TaxiFlagFallFen
                        + Math.Round(Math.Max(0, meters - rules.TaxiFlagFallMeters) / 1000 * rules.TaxiPerKmFen));
                }
            }
        }

        return true;
    }

    private async Task<Answer?> AskAsync(
        string address, int[] from, int[] to, IReadOnlyList<TravelPoint> points, CancellationToken cancellation)
    {
        int[] asked = [.. from.Union(to)];
        var coordinates = string.Join(';', asked.Select(each =>
            string.Create(CultureInfo.InvariantCulture, $"{points[each].Lon:F6},{points[each].Lat:F6}")));
        var url = $"{address.TrimEnd('/')}/{coordinates}?sources={Positions(from)}&destinations={Positions(to)}"
            + "&annotations=duration,distance";
        try
        {
            var http = clients.CreateClient(Client);
            http.MaxResponseContentBufferSize = LargestAnswer;
            using var response = await http.GetAsync(new Uri(url), cancellation);
            response.EnsureSuccessStatusCode();
            var answer = await response.Content.ReadFromJsonAsync<Answer>(cancellation);
            if (answer is { Code: "Ok", Durations: { } rows } && rows.Length == from.Length
                && rows.All(row => row.Length == to.Length)
                && (answer.Distances is null || (answer.Distances.Length == from.Length
                    && answer.Distances.All(row => row.Length == to.Length))))
            {
                return answer;
            }

            LogRefused(logger, address, answer?.Code ?? "nothing");
            return null;
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested && fault
            is HttpRequestException or JsonException or TimeoutRejectedException or BrokenCircuitException
                or OperationCanceledException)
        {
            LogUnreachable(logger, address, fault.Message);
            return null;
        }

        string Positions(int[] wanted) => string.Join(';', wanted.Select(each => Array.IndexOf(asked, each)));
    }

    [LoggerMessage(LogLevel.Warning, "{Address} answered {Code} to a table; straight lines are used instead")]
    private static partial void LogRefused(ILogger logger, string address, string code);

    [LoggerMessage(LogLevel.Warning, "{Address} gave no table ({Reason}); straight lines are used instead")]
    private static partial void LogUnreachable(ILogger logger, string address, string reason);
}
