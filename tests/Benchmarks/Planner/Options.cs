using System.Globalization;
using Jingdezhen.Tourism.Routes.Planning.Tours;

namespace Jingdezhen.Tourism.Benchmarks.Planner;

internal sealed record Options(string Instances, int Days, int[] Times, string? Best, bool Rival, ulong Seed, int Seeds,
    bool Json, bool ByIterations, bool OwnTime, int Jobs, string? Keep, TimeSpan Within, string[]? Only,
    TourSettings Settings)
{
    private const string Usage = """
        usage: tests/Benchmarks/run planner --instances FOLDER [--days 1] [--time 50,200,1000] [--best FILE]
               [--rival] [--seed N] [--seeds COUNT] [--jobs 1] [--json] [--only PREFIX,…] [--set NAME=VALUE,…]
               [--own-time] [--keep FILE [--within MINUTES]]
        --jobs   how many sets at a time, each on a core of its own; a single run never has more than one core
        --own-time  the planner's times are processor time of its thread, for long runs on a machine that is not quiet
        --keep   a file to which the best score of each set is appended, in the format of --best, as soon as the set is
                 done; sets that it has from as many runs as long are passed over, so that hours may be run in pieces
        --within  no further set is begun after so many minutes
        --json   the rows as JSON on standard output, the table on standard error
        --rival  also runs Google OR-Tools routing on the same sets and times
        --by-iterations  the numbers of --time are thousands of iterations: the figures then depend on no clock
        --set    other weights of the search (TourSettings), for the grid search
        """;

    public static Options? Read(string[] args)
    {
        var values = new Dictionary<string, string>();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "--rival" or "--json" or "--by-iterations" or "--own-time") values[args[i]] = "";
            else if (args[i].StartsWith("--", StringComparison.Ordinal) && i + 1 < args.Length)
                values[args[i]] = args[++i];
            else return Complain();
        }
        if (!values.TryGetValue("--instances", out var instances)) return Complain();
        string Value(string name, string other) => values.GetValueOrDefault(name, other);
        return new Options(instances, int.Parse(Value("--days", "1"), CultureInfo.InvariantCulture),
            [.. Value("--time", "50,200,1000").Split(',')
                .Select(time => int.Parse(time, CultureInfo.InvariantCulture))],
            values.GetValueOrDefault("--best"), values.ContainsKey("--rival"),
            ulong.Parse(Value("--seed", "1"), CultureInfo.InvariantCulture),
            int.Parse(Value("--seeds", "1"), CultureInfo.InvariantCulture),
            values.ContainsKey("--json"), values.ContainsKey("--by-iterations"),
            values.ContainsKey("--own-time"), int.Parse(Value("--jobs", "1"), CultureInfo.InvariantCulture),
            values.GetValueOrDefault("--keep"),
            values.TryGetValue("--within", out var minutes)
                ? TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture)) : TimeSpan.MaxValue,
            values.GetValueOrDefault("--only")?.Split(','),
            ReadSettings(Value("--set", "")));
    }

    public Dictionary<(string, int), int> ReadBest() => Best is null ? [] : File.ReadLines(Best).Skip(1)
        .Select(line => line.Split(','))
        .Where(fields => fields.Length >= 3)
        .GroupBy(fields => (fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture)))
        .ToDictionary(rows => rows.Key, rows => rows.Max(fields => int.Parse(fields[2], CultureInfo.InvariantCulture)));

    /// <summary>What a row of the file of --keep says of where its score comes from.</summary>
    public string Source => string.Create(CultureInfo.InvariantCulture,
        $"best of {Seeds} from seed {Seed} in {string.Join('+', Times)} {(ByIterations ? "000 iterations" : "ms")}");

    public HashSet<string> ReadKept() => Keep is null || !File.Exists(Keep) ? []
        : [.. File.ReadLines(Keep).Skip(1).Select(line => line.Split(',', 4))
            .Where(fields => fields.Length == 4 && fields[1] == Days.ToString(CultureInfo.InvariantCulture)
                && fields[3] == Source)
            .Select(fields => fields[0])];

    private static TourSettings ReadSettings(string text)
    {
        var settings = new TourSettings();
        foreach (var pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=')))
        {
            var property = typeof(TourSettings).GetProperty(pair[0])
                ?? throw new ArgumentException($"TourSettings has no {pair[0]}");
            property.SetValue(settings,
                Convert.ChangeType(pair[1], property.PropertyType, CultureInfo.InvariantCulture));
        }
        return settings;
    }

    private static Options? Complain()
    {
        Console.Error.WriteLine(Usage);
        return null;
    }
}
