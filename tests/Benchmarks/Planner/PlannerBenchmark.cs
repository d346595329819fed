using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Jingdezhen.Tourism.Routes.Planning.Tours;

namespace Jingdezhen.Tourism.Benchmarks.Planner;

/// <summary>
/// How near the planner comes to the best known scores of public instances, on one core, against Google OR-Tools in the
/// same run. Every score is confirmed by <see cref="Instance.Evaluate"/> or the run ends.
/// </summary>
internal static class PlannerBenchmark
{
    private sealed record Row(string Instance, int Days, string Solver, int Milliseconds, ulong Seed, int Score,
        int Best,
        double GapPercent, long Iterations, double TookMilliseconds);

    public static int Run(string[] args)
    {
        var options = Options.Read(args);
        if (options is null) return 2;
        var best = options.ReadBest();
        var instances = Instance.ReadAll(options.Instances);
        if (options.Only is not null)
            instances = [.. instances.Where(instance => options.Only.Any(instance.Name.StartsWith))];
        var kept = options.ReadKept();
        instances = [.. instances.Where(instance => !kept.Contains(instance.Name))];

        WarmUp(options);
        var rows = MeasureAll(instances, options, best);
        Console.Error.WriteLine();
        Print(options.Json ? Console.Error : Console.Out, rows, options);
        if (options.Json) Console.WriteLine(JsonSerializer.Serialize(rows, JsonSerializerOptions.Web));
        return 0;
    }

    private static List<Row> MeasureAll(Instance[] instances, Options options, Dictionary<(string, int), int> best)
    {
        var (done, next, clock) = (new List<Row>?[instances.Length], -1, Stopwatch.StartNew());
        var threads = Enumerable.Range(0, options.Jobs).Select(job => new Thread(() =>
        {
            if (options.Jobs > 1) Core.StayOn(job);
            for (var i = Interlocked.Increment(ref next); i < instances.Length; i = Interlocked.Increment(ref next))
            {
                if (clock.Elapsed > options.Within) return;
                done[i] = Measure(instances[i], options, best);
                Console.Error.Write(".");
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return [.. done.OfType<List<Row>>().SelectMany(rows => rows)];
    }

    private static List<Row> Measure(Instance instance, Options options, Dictionary<(string, int), int> best)
    {
        var rows = new List<Row>();
        foreach (var time in options.Times)
        {
            for (var seed = options.Seed; seed < options.Seed + (ulong)options.Seeds; seed++)
                rows.Add(Ours(instance, options, time, seed, best));
            if (options.Rival) rows.Add(Rival(instance, options, time, best));
        }
        if (options.Keep is not null)
            KeepBest(options, options.Keep, rows.Where(row => row.Solver == "planner").MaxBy(row => row.Score)!);
        return rows;
    }

    /// <summary>Writes as it goes: a run of hours may be stopped at any time, and taken up again.</summary>
    private static void KeepBest(Options options, string file, Row row)
    {
        lock (Console.Error)
        {
            if (!File.Exists(file)) File.AppendAllText(file, "instance,days,score,source\n");
            File.AppendAllText(file, $"{row.Instance},{row.Days},{row.Score},{options.Source}\n");
        }
    }

    /// <summary>The planner runs in a server that has been up for a while, so the compiler's time is not the
    /// planner's.</summary>
    private static void WarmUp(Options options)
    {
        var problem = Instance.Synthetic(places: 60, seed: 7).ToProblem(options.Days);
        var clock = Stopwatch.StartNew();
        for (var seed = 1UL; clock.ElapsedMilliseconds < 2500; seed++)
            _ = TourSolver.Solve(problem, TourBudget.Of(100), seed, options.Settings);
        if (options.Rival) _ = OrToolsRival.Solve(Instance.Synthetic(20, 1), options.Days, 100);
    }

    private static Row Ours(Instance instance, Options options, int time, ulong seed,
        Dictionary<(string, int), int> best)
    {
        var problem = instance.ToProblem(options.Days);
        TimeProvider clock = options.ByIterations || options.OwnTime ? new Core.OwnTime() : TimeProvider.System;
        var budget = options.ByIterations ? TourBudget.OfIterations(time * 1000L)
            : TourBudget.Of(time) with { OtherClock = clock };
        var began = clock.GetTimestamp();
        var result = TourSolver.Solve(problem, budget, seed, options.Settings);
        var took = clock.GetElapsedTime(began).TotalMilliseconds;
        var tours = result.Tours.Select(tour => tour.Select(node => node + 1).ToArray()).ToArray();
        return Confirmed(instance, options.Days, "planner", time, seed, tours, (int)result.Value, best,
            result.Iterations, took);
    }

    private static Row Rival(Instance instance, Options options, int time, Dictionary<(string, int), int> best)
    {
        var clock = Stopwatch.StartNew();
        var (tours, claimed) = OrToolsRival.Solve(instance, options.Days, time);
        return Confirmed(instance, options.Days, "or-tools", time, 0, tours, claimed, best, 0,
            clock.Elapsed.TotalMilliseconds);
    }

    private static Row Confirmed(Instance instance, int days, string solver, int time, ulong seed,
        IReadOnlyList<int[]> tours, int claimed, Dictionary<(string, int), int> best, long iterations, double took)
    {
        var score = instance.Evaluate(tours);
        if (tours.Count > days || score != claimed)
            throw new InvalidDataException($"{instance.Name}: {solver} claims {claimed}, the evaluator finds {score}");
        var known = best.GetValueOrDefault((instance.Name, days), 0);
        var gap = known == 0 ? double.NaN : 100.0 * (known - score) / known;
        return new Row(instance.Name, days, solver, time, seed, score, known, Math.Round(gap, 4), iterations,
            Math.Round(took, 1));
    }

    private static void Print(TextWriter table, List<Row> rows, Options options)
    {
        var columns = rows.Select(row => (row.Solver, row.Milliseconds)).Distinct().ToArray();
        table.WriteLine($"{options.Days} day(s), one core, {options.Seeds} seed(s) from {options.Seed}; "
            + "score (mean over seeds) and gap to the best known");
        table.WriteLine("instance".PadRight(10) + "best".PadLeft(6)
            + string.Concat(columns.Select(column => $"{column.Solver} {column.Milliseconds} ms".PadLeft(20))));
        foreach (var group in rows.GroupBy(row => row.Instance))
        {
            var line = group.Key.PadRight(10) + group.First().Best.ToString(CultureInfo.InvariantCulture).PadLeft(6);
            foreach (var column in columns)
            {
                var cell = group.Where(row => (row.Solver, row.Milliseconds) == column).ToArray();
                var text = $"{cell.Average(row => row.Score):0.0} {cell.Average(row => row.GapPercent),6:0.00} %";
                line += (text + (cell.Any(row => row.Score > row.Best && row.Best > 0) ? "*" : " ")).PadLeft(20);
            }
            table.WriteLine(line);
        }
        if (!rows.Exists(row => row.Best > 0)) return;
        void Line(string name, Func<Row[], string> value) => table.WriteLine(name.PadRight(16)
            + string.Concat(columns.Select(column =>
                value([.. rows.Where(row => (row.Solver, row.Milliseconds) == column && row.Best > 0)]).PadLeft(20))));
        Line("mean gap", cells => $"{cells.Average(row => row.GapPercent):0.000} %");
        Line("worst gap", cells => $"{cells.Max(row => row.GapPercent):0.00} %");
        Line("best reached", cells => $"{cells.Count(row => row.Score >= row.Best)} of {cells.Length}");
        Line("mean iterations", cells => $"{cells.Average(row => row.Iterations):0}");
        Line(options.ByIterations ? "mean CPU time" : "mean time", cells =>
            $"{cells.Average(row => row.TookMilliseconds):0.0} ms");
        Line("longest run", cells => $"{cells.Max(row => row.TookMilliseconds):0.0} ms");
        if (rows.Any(row => row.Score > row.Best && row.Best > 0)) table.WriteLine("* above the file's best");
        foreach (var row in rows.Where(row => row.Score > row.Best && row.Best > 0)
            .DistinctBy(row => (row.Instance, row.Score)))
            table.WriteLine($"  {row.Instance},{row.Days},{row.Score} (file {row.Best})");
    }
}
