using System.Diagnostics.CodeAnalysis;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Metrics.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Metrics.Indicators;

/// <summary>One part of a breakdown: a stretch of time, a value of a dimension, or both.</summary>
internal sealed record Part(DateOnly Start, string Key);

/// <summary>Computes indicators from the cells; nothing here reads a fact.</summary>
internal sealed class IndicatorReader(MetricsDb db, TimeProvider clock)
{
    /// <summary>Measures whose bucket is the subject's day before: over a period only its first day counts.</summary>
    private static readonly string[] FirstDays = [Measures.Guests, Measures.HouseholdStarts];

    private static readonly string[] Histograms = [Measures.LeadDays, Measures.TripDays];

    private sealed record Row(string Measure, string Key, DateOnly Start, int Bucket, long Value, long Weighted);

    private sealed record Durations(string Measure, string Key, DateOnly Start, int[] OfDay);

    private sealed record Standing(string Measure, string Key, long Value);

    public async Task<Sums> TotalsAsync(
        IReadOnlyCollection<string> measures, Period period, CancellationToken cancellation,
        string dimension = Dimensions.Total, string key = "")
    {
        var parts = await PartsAsync(measures, period, dimension, Grain.None, cancellation, from: key, to: key);
        return parts.GetValueOrDefault(new(period.From, key)) ?? new(period);
    }

    /// <summary>An indicator's sums by part; what its dimension cannot divide stands whole beside every part.</summary>
    public async Task<Dictionary<Part, Sums>> PartsAsync(
        Definition definition, Period period, Breakdown by, CancellationToken cancellation, string? key = null,
        int? top = null)
    {
        var parts = await PartsAsync(
            definition.Measures, period, by.Dimension, by.Grain, cancellation, key, key,
            top is { } most ? new(definition, most) : null);
        if (definition.Whole is not { } whole || whole.Dimension != by.Dimension) return parts;

        var wholes = await PartsAsync([whole.Measure], period, Dimensions.Total, by.Grain, cancellation, "", "");
        foreach (var (part, sums) in parts)
        {
            var of = wholes.GetValueOrDefault(new(part.Start, ""))?[whole.Measure] ?? 0;
            sums.Add(whole.Measure, of);
        }

        return parts;
    }

    /// <summary>The sums of every part of a period, by time, by the values of a dimension, or by both.</summary>
    /// <param name="measures">What to sum.</param>
    /// <param name="period">Of which days.</param>
    /// <param name="dimension">Empty for the total.</param>
    /// <param name="grain">How time is divided.</param>
    /// <param name="cancellation">Stops the query.</param>
    /// <param name="from">The first key of the dimension, if not all are wanted.</param>
    /// <param name="to">The last one.</param>
    /// <param name="ranking">What the largest are the only ones wanted of; others may be there too.</param>
    public async Task<Dictionary<Part, Sums>> PartsAsync(
        IReadOnlyCollection<string> measures, Period period, string dimension, Grain grain,
        CancellationToken cancellation,
        string? from = null, string? to = null, Ranking? ranking = null)
    {
        string[] standing = [.. measures.Intersect(IndicatorCatalogue.Standing)];
        var (rows, flows, durations, before) =
            await ReadAsync(measures, standing, period, dimension, grain, from, to, ranking, cancellation);
        var parts = new Dictionary<Part, Sums>();
        var keys = rows.Select(row => row.Key).Concat(flows.Select(row => row.Key))
            .Concat(durations.Select(row => row.Key)).Concat(before.Select(row => row.Key)).Distinct().ToList();
        foreach (var stretch in grain.Divide(period))
        {
            foreach (var key in keys) parts[new(stretch.From, key)] = new(stretch);
        }

        foreach (var row in rows) parts[new(row.Start, row.Key)].Add(row.Measure, row.Bucket, row.Value, row.Weighted);
        foreach (var row in flows) parts[new(row.Start, row.Key)].Add(row.Measure, row.Value);
        foreach (var row in durations) parts[new(row.Start, row.Key)].Add(row.Measure, row.OfDay);

        var carried = before.ToDictionary(row => (row.Measure, row.Key), row => row.Value);
        foreach (var stretch in grain.Divide(period))
        {
            foreach (var key in standing.Length == 0 ? [] : keys)
            {
                foreach (var measure in standing)
                {
                    var sums = parts[new(stretch.From, key)];
                    sums.Begin(measure, carried.GetValueOrDefault((measure, key)));
                    carried[(measure, key)] = sums.AtEnd(measure);
                }
            }
        }

        return parts;
    }

    /// <summary>Asks everything in one round trip: the cells, the durations, what stood before, each family's rows; of
    /// a packed dimension there are packs and nothing else.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "What is interpolated are constants of ours.")]
    private async Task<(List<Row> Rows, List<Flow> Flows, List<Durations> Durations, List<Standing> Before)> ReadAsync(
        IReadOnlyCollection<string> measures, string[] standing, Period period, string dimension, Grain grain,
        string? from, string? to, Ranking? ranking, CancellationToken cancellation)
    {
        var begin = grain.Sql("day");
        var timed = measures.Intersect(DurationDay.Measures).ToArray();
        var alone = measures.Where(measure => Family.Of(measure) is null).Except(timed).ToArray();
        var families = Family.All
            .Select(family => (family.Table, Measures: family.Measures.Intersect(measures).ToList()))
            .Where(family => family.Measures.Count > 0).ToList();
        var whose = from is null || to is null ? "" : "AND key >= @from AND key <= @to";

        await db.Database.OpenConnectionAsync(cancellation);
        try
        {
            var connection = (NpgsqlConnection)db.Database.GetDbConnection();
            if (Dimensions.IsPacked(dimension))
            {
                return ([], await PackedReader.ReadAsync(
                    connection, alone, period, dimension, grain, from, to, ranking, cancellation), [], []);
            }

            await using var batch = connection.CreateBatch();
            if (alone.Length > 0)
            {
                Ask(
                    $"""
                    SELECT measure, key, greatest({begin}, @first) AS start,
                        CASE WHEN measure = ANY(@histograms) THEN bucket ELSE 0 END AS bucket, sum(value)::bigint,
                        sum(value * (least({grain.NextSql(begin)}, @last) - day))::bigint
                    FROM cells
                    WHERE measure = ANY(@measures) AND dimension = @dimension AND day >= @first AND day < @last {whose}
                        AND (measure <> ALL(@firsts) OR bucket < greatest({begin}, @first) - date '0001-01-01')
                    GROUP BY 1, 2, 3, 4
                    """,
                    new("measures", alone), new("histograms", Histograms), new("firsts", FirstDays));
            }

            if (timed.Length > 0)
            {
                Ask(
                    $"""
                    SELECT measure, key, greatest({begin}, @first) AS start, seconds FROM duration_days
                    WHERE measure = ANY(@measures) AND dimension = @dimension AND day >= @first AND day < @last {whose}
                    """, new NpgsqlParameter("measures", timed));
            }

            if (standing.Length > 0)
            {
                Ask(
                    $"""
                    SELECT measure, key, sum(value)::bigint FROM cells
                    WHERE measure = ANY(@measures) AND dimension = @dimension AND day < @first {whose}
                    GROUP BY 1, 2
                    """, new NpgsqlParameter("measures", standing));
            }

            foreach (var family in families)
            {
                // A row that other measures made is no part of these.
                var sums = family.Measures.ConvertAll(measure => $"sum({Family.ColumnOf(measure)})");
                Ask(
                    $"""
                    SELECT key, greatest({begin}, @first) AS start,
                        {string.Join(", ", sums.Select(sum => $"{sum}::bigint"))}
                    FROM {family.Table}
                    WHERE dimension = @dimension AND day >= @first AND day < @last {whose}
                    GROUP BY 1, 2 HAVING {string.Join(" OR ", sums.Select(sum => $"{sum} <> 0"))}
                    """);
            }

            var (rows, flows) = (new List<Row>(), new List<Flow>());
            var (durations, before) = (new List<Durations>(), new List<Standing>());
            await using var reader = await batch.ExecuteReaderAsync(cancellation);
            if (alone.Length > 0)
            {
                while (await reader.ReadAsync(cancellation))
                {
                    rows.Add(new(
                        reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateOnly>(2), reader.GetInt32(3),
                        reader.GetInt64(4), reader.GetInt64(5)));
                }

                await reader.NextResultAsync(cancellation);
            }

            if (timed.Length > 0)
            {
                while (await reader.ReadAsync(cancellation))
                {
                    durations.Add(new(
                        reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateOnly>(2),
                        reader.GetFieldValue<int[]>(3)));
                }

                await reader.NextResultAsync(cancellation);
            }

            if (standing.Length > 0)
            {
                while (await reader.ReadAsync(cancellation))
                {
                    before.Add(new(reader.GetString(0), reader.GetString(1), reader.GetInt64(2)));
                }

                await reader.NextResultAsync(cancellation);
            }

            foreach (var family in families)
            {
                while (await reader.ReadAsync(cancellation))
                {
                    var (key, start) = (reader.GetString(0), reader.GetFieldValue<DateOnly>(1));
                    flows.AddRange(family.Measures.Select((measure, index) =>
                        new Flow(measure, key, start, reader.GetInt64(index + 2))));
                }

                await reader.NextResultAsync(cancellation);
            }

            return (rows, flows, durations, before);

            void Ask(string sql, params IEnumerable<NpgsqlParameter> parameters)
            {
                var command = new NpgsqlBatchCommand(sql);
                command.Parameters.AddWithValue("first", period.From);
                command.Parameters.AddWithValue("last", period.To);
                command.Parameters.AddWithValue("dimension", dimension);
                if (whose.Length > 0)
                {
                    command.Parameters.AddWithValue("from", from!);
                    command.Parameters.AddWithValue("to", to!);
                }

                foreach (var parameter in parameters) command.Parameters.Add(parameter);
                batch.BatchCommands.Add(command);
            }
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>What may be told of an indicator's parts; the others are there, but hidden. Where only some of the
    /// largest are wanted, others may be left out.</summary>
    public async Task<IReadOnlyList<PartResponse>> TellAsync(
        Indicator indicator, Period period, Breakdown by, CancellationToken cancellation, string? key = null,
        int? top = null)
    {
        var definition = indicator.Definition;
        if (!by.NeedsAnonymity(indicator))
        {
            var open = await PartsAsync(definition, period, by, cancellation, key, top);
            return Breakdown.Tell(indicator, open, _ => false);
        }

        // What is hidden beside one key depends on all the others.
        IReadOnlyList<PartResponse> all;
        if (!by.IsPersonal(indicator))
        {
            var parts = await PartsAsync(definition, period, by, cancellation);
            all = Breakdown.Tell(indicator, parts, Hide(parts, acrossTime: true).Contains);
        }
        else if (WholeMonths(period) is { } whole)
        {
            var months = await PartsAsync(definition, whole, by with { Grain = Grain.Month }, cancellation);
            var hidden = Hide(months, acrossTime: false);
            var parts = by.Grain == Grain.Month ? months : await PartsAsync(definition, whole, by, cancellation);
            all = Breakdown.Tell(indicator, parts, part => hidden.Any(month => month.Key == part.Key
                && (by.Grain == Grain.None || (month.Start.Year == part.Start.Year
                    && (by.Grain != Grain.Month || month.Start.Month == part.Start.Month)))));
        }
        else
        {
            all = [];
        }

        return key is null ? all : [.. all.Where(part => part.Key == key)];

        HashSet<Part> Hide(Dictionary<Part, Sums> parts, bool acrossTime) => Privacy.Hide(
            parts.ToDictionary(part => part.Key, part => definition.Compute(part.Value)), acrossTime);
    }

    /// <summary>
    /// A personal indicator's sums over the whole months of a period. They are told only if every one of the months may
    /// be: else two periods that differ by a month would tell the few of that month.
    /// </summary>
    public async Task<Sums?> PersonalAsync(Indicator indicator, Period period, CancellationToken cancellation)
    {
        if (WholeMonths(period) is not { } whole) return null;

        var definition = indicator.Definition;
        var months = await PartsAsync(definition.Measures, whole, Dimensions.Total, Grain.Month, cancellation);
        if (months.Values.Any(month => !Privacy.IsSafe(definition.Compute(month)))) return null;

        var sums = new Sums(whole);
        foreach (var month in months.Values)
        {
            foreach (var measure in definition.Measures) sums.Add(measure, month[measure]);
        }

        return sums;
    }

    /// <summary>The months of a period that lie in it whole and are over; null where there are none.</summary>
    private Period? WholeMonths(Period period)
    {
        var today = Calendar.DayOf(clock.GetUtcNow());
        var from = period.From.Day == 1 ? period.From : FirstOf(period.From).AddMonths(1);
        var to = FirstOf(period.To < today ? period.To : today);
        return from < to ? new(from, to) : null;

        static DateOnly FirstOf(DateOnly day) => new(day.Year, day.Month, 1);
    }

    /// <summary>Whether made-up facts stand behind an indicator's figure.</summary>
    public async Task<bool> IsSimulatedAsync(Indicator indicator, Period period, CancellationToken cancellation)
    {
        var (within, upTo) = await SimulatedAsync(period, cancellation);
        return indicator.Definition.Standing ? upTo : within;
    }

    /// <summary>Whether a made-up fact lies in the period, or before its end where all of the past is asked.</summary>
    public async Task<(bool Within, bool UpTo)> SimulatedAsync(Period period, CancellationToken cancellation)
    {
        var days = db.Cells.Where(cell =>
            cell.Measure == Measures.Simulated && cell.Dimension == "" && cell.Key == "" && cell.Value > 0
                && cell.Day < period.To);
        var last = await days.OrderByDescending(cell => cell.Day).Select(cell => (DateOnly?)cell.Day)
            .FirstOrDefaultAsync(cancellation);
        return (last >= period.From, last is not null);
    }
}
