using Jingdezhen.Tourism.Metrics.Rollups;
using Npgsql;

namespace Jingdezhen.Tourism.Metrics.Indicators;

/// <summary>Of every stretch of time only so many parts of the largest values are wanted.</summary>
internal sealed record Ranking(Definition Definition, int Most);

/// <summary>What one value of a dimension adds up to over one stretch of time.</summary>
internal sealed record Flow(string Measure, string Key, DateOnly Start, long Value);

/// <summary>
/// Sums packed days. Values of a dimension stay numbers until it is known which of them are told: naming twelve
/// thousand routes would take longer than ranking them. Of equal ones those are told that were known first.
/// </summary>
internal sealed class PackedReader(string[] measures, Ranking? ranking)
{
    private readonly List<(DateOnly Start, int Number, long[] Values)> _told = [];
    private readonly long[][] _sums = [.. measures.Select(_ => Array.Empty<long>())];

    public static async Task<List<Flow>> ReadAsync(
        NpgsqlConnection connection, string[] measures, Period period, string dimension, Grain grain, string? from,
        string? to, Ranking? ranking, CancellationToken cancellation)
    {
        var told = new PackedReader(measures, ranking);
        HashSet<int>? wanted = from is null || to is null ? null
            : [.. (await NamesAsync("key >= @from AND key <= @to", new("from", from), new("to", to))).Keys];
        await told.SumAsync(connection, period, dimension, grain, wanted, cancellation);
        var names = await NamesAsync("number = ANY(@numbers)",
            new NpgsqlParameter("numbers", told._told.Select(part => part.Number).Distinct().ToArray()));
        return
        [
            .. told._told.SelectMany(part => measures.Select((measure, index) =>
                new Flow(measure, names[part.Number], part.Start, part.Values[index]))),
        ];

        async Task<Dictionary<int, string>> NamesAsync(string which, params NpgsqlParameter[] parameters)
        {
            await using var ask = new NpgsqlCommand(
                $"SELECT number, key FROM packed_keys WHERE dimension = @dimension AND {which}", connection);
            ask.Parameters.AddWithValue("dimension", dimension);
            ask.Parameters.AddRange(parameters);
            await using var reader = await ask.ExecuteReaderAsync(cancellation);
            var names = new Dictionary<int, string>();
            while (await reader.ReadAsync(cancellation)) names[reader.GetInt32(0)] = reader.GetString(1);
            return names;
        }
    }

    private async Task SumAsync(
        NpgsqlConnection connection, Period period, string dimension, Grain grain, HashSet<int>? wanted,
        CancellationToken cancellation)
    {
        await using var ask = new NpgsqlCommand(
            """
            SELECT day, measure, cells FROM packed_days
            WHERE measure = ANY(@measures) AND dimension = @dimension AND day >= @first AND day < @last ORDER BY day
            """, connection);
        ask.Parameters.AddWithValue("measures", measures);
        ask.Parameters.AddWithValue("dimension", dimension);
        ask.Parameters.AddWithValue("first", period.From);
        ask.Parameters.AddWithValue("last", period.To);
        await using var reader = await ask.ExecuteReaderAsync(cancellation);
        var stretches = new Queue<Period>(grain.Divide(period));
        var pack = Array.Empty<byte>();
        while (await reader.ReadAsync(cancellation))
        {
            var day = reader.GetFieldValue<DateOnly>(0);
            while (day >= stretches.Peek().To) Close(stretches.Dequeue(), wanted);

            // One buffer for all of them: a year is megabytes.
            var length = (int)reader.GetBytes(2, 0, null, 0, 0);
            if (length > pack.Length) pack = new byte[2 * length];
            reader.GetBytes(2, 0, pack, 0, length);
            Add(ref _sums[Array.IndexOf(measures, reader.GetString(1))], pack.AsSpan(0, length));
        }

        Close(stretches.Dequeue(), wanted);
    }

    private static void Add(ref long[] sums, ReadOnlySpan<byte> pack)
    {
        for (var entry = Pack.Read(pack); entry.MoveNext();)
        {
            if (entry.Number >= sums.Length) Array.Resize(ref sums, Math.Max(entry.Number + 1, 2 * sums.Length));
            sums[entry.Number] += entry.Value;
        }
    }

    /// <summary>Keeps what is to be told of a stretch, and begins the next with nothing.</summary>
    private void Close(Period stretch, HashSet<int>? wanted)
    {
        var numbers = Enumerable.Range(0, _sums.Max(sums => sums.Length))
            .Where(number => Array.Exists(_sums, sums => number < sums.Length && sums[number] != 0)
                && wanted?.Contains(number) is not false);
        if (ranking is not null)
        {
            numbers = numbers.Select(number => (Number: number, Value: ValueOf(number)))
                .Where(part => part.Value is not null).OrderByDescending(part => part.Value).ThenBy(part => part.Number)
                .Take(ranking.Most).Select(part => part.Number);
        }

        foreach (var number in numbers)
        {
            _told.Add((stretch.From, number, Array.ConvertAll(_sums, sums => sums.ElementAtOrDefault(number))));
        }

        foreach (var sums in _sums) Array.Clear(sums);

        double? ValueOf(int number)
        {
            var part = new Sums(stretch);
            foreach (var (index, measure) in measures.Index())
            {
                part.Add(measure, _sums[index].ElementAtOrDefault(number));
            }

            return ranking.Definition.Compute(part).Value;
        }
    }
}
